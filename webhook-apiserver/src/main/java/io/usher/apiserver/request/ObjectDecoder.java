package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.request.WriteOptions.FieldValidation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes an object of a type from what a client sent. */
final class ObjectDecoder {

  private final ResourceRegistry registry;

  /**
   * @param registry the kinds that there are, for messages
   */
  ObjectDecoder(ResourceRegistry registry) {
    this.registry = registry;
  }

  /**
   * The object of a body: its kind is right, what the type does not have is gone, and what has a
   * default is there.
   *
   * @param body edited
   * @param warnings gets what is unknown and duplicate
   * @throws ApiException 400 when it is no such object, or is refused by {@code Strict}
   */
  ObjectNode object(
      Body body, ApiResource resource, FieldValidation validation, List<String> warnings) {
    if (resource.version().schema().isCustom() && body.json() instanceof ObjectNode custom) {
      requireCustomKind(custom, resource.kind());
    }
    return object(body, resource.kind(), resource.version().schema(), validation, warnings);
  }

  /** The same of a kind that is no resource's, such as {@code Scale}. */
  ObjectNode object(
      Body body,
      GroupVersionKind kind,
      ObjectSchema schema,
      FieldValidation validation,
      List<String> warnings) {
    ObjectNode object = (ObjectNode) body.json();
    requireKind(object, kind);
    List<String> unknown;
    try {
      unknown = pruned(object, schema);
    } catch (ApiException e) {
      throw e.status().code() == 400
          ? new ApiException(cannotBeHandled(kind, kind, String.valueOf(e.getMessage())))
          : e;
    }
    String refusal = report(body, unknown, validation, warnings);
    if (refusal != null) {
      throw new ApiException(cannotBeHandled(kind, kind, refusal));
    }
    schema.setDefaults(object);
    return object;
  }

  /**
   * The same of an object that a patch led to.
   *
   * @throws ApiException 422 when it is no such object
   */
  ObjectNode patched(
      ObjectNode object,
      Body patch,
      ApiResource resource,
      FieldValidation validation,
      List<String> warnings) {
    GroupVersionKind sent = kindOf(object, resource.kind());
    if (!sent.equals(resource.kind())) {
      throw invalidPatch(object, wrongKind(sent, resource.kind()));
    }
    List<String> unknown;
    try {
      unknown = pruned(object, resource.version().schema());
    } catch (ApiException e) {
      throw invalidPatch(object, String.valueOf(e.getMessage()));
    }
    String refusal = report(patch, unknown, validation, warnings);
    if (refusal != null) {
      throw invalidPatch(object, refusal);
    }
    resource.version().schema().setDefaults(object);
    return object;
  }

  /**
   * The same of an object that an apply led to.
   *
   * @throws ApiException 400 when it is no such object
   */
  static ObjectNode applied(ObjectNode object, ApiResource resource) {
    pruned(object, resource.version().schema());
    resource.version().schema().setDefaults(object);
    return object;
  }

  /**
   * Warns of fields of a configuration that are there twice, or refuses them.
   *
   * @throws ApiException 400 for {@code Strict}
   */
  static void requireOnce(Body body, FieldValidation validation, List<String> warnings) {
    if (body.yamlProblems().isEmpty() || validation == FieldValidation.IGNORE) {
      return;
    }
    if (validation == FieldValidation.STRICT) {
      throw new ApiException(
          Status.badRequest(
              "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  "
                  + String.join("\n  ", body.yamlProblems())));
    }
    warnings.addAll(body.yamlProblems());
  }

  private static List<String> pruned(ObjectNode object, ObjectSchema schema) {
    JsonNode managers = object.path("metadata").path("managedFields");
    boolean reset = managers.isArray() && managers.isEmpty();
    List<String> unknown = schema.prune(object);
    schema.pruneNulls(object);
    ObjectMeta.requireTypes(object);
    if (reset) {
      // An empty list would be none; one with an empty entry resets them, too.
      ObjectMeta.of(object).putArray("managedFields").addObject();
    }
    return unknown;
  }

  private static ApiException invalidPatch(ObjectNode object, String problem) {
    var error = FieldError.invalid("patch", TextNode.valueOf(object.toString()), problem);
    return new ApiException(Status.invalid("", "", "", List.of(error)));
  }

  /** What is unknown or there twice, in the document's order. */
  private static List<String> problems(Body body, List<String> unknown) {
    var problems = new ArrayList<String>();
    var left = new LinkedHashSet<>(unknown);
    for (Body.Member member : body.members()) {
      if (member.repeated()) {
        problems.add("duplicate field \"" + member.path() + '"');
      } else if (left.remove(member.path())) {
        problems.add("unknown field \"" + member.path() + '"');
      }
    }
    left.forEach(path -> problems.add("unknown field \"" + path + '"'));
    return problems;
  }

  /** Warns of fields that are unknown or there twice, or says why they are refused. */
  private static @Nullable String report(
      Body body, List<String> unknown, FieldValidation validation, List<String> warnings) {
    var problems = new ArrayList<String>();
    if (validation == FieldValidation.STRICT && !body.yamlProblems().isEmpty()) {
      problems.add("yaml: unmarshal errors:\n  " + String.join("\n  ", body.yamlProblems()));
    } else {
      problems.addAll(body.yamlProblems());
    }
    problems.addAll(problems(body, unknown));
    if (problems.isEmpty() || validation == FieldValidation.IGNORE) {
      return null;
    }
    List<String> told = problems.subList(0, Math.min(problems.size(), ObjectSchema.MAX_TOLD));
    if (validation == FieldValidation.STRICT) {
      return "strict decoding error: " + String.join(", ", told);
    }
    warnings.addAll(told);
    return null;
  }

  /**
   * Sets apiVersion and kind where they are absent, and refuses others than these.
   *
   * @throws ApiException 400 when they are others
   */
  void requireKind(ObjectNode object, GroupVersionKind expected) {
    GroupVersionKind sent = kindOf(object, expected);
    if (!sent.equals(expected)) {
      throw new ApiException(cannotBeHandled(sent, expected, wrongKind(sent, expected)));
    }
  }

  /** kube-apiserver takes custom resources of any kind, and finds the wrong ones later. */
  private static void requireCustomKind(ObjectNode object, GroupVersionKind expected) {
    String apiVersion = object.path("apiVersion").asText();
    if (!apiVersion.isEmpty() && !apiVersion.equals(expected.apiVersion())) {
      throw new ApiException(
          Status.badRequest(
              "the API version in the data (%s) does not match the expected API version (%s)"
                  .formatted(apiVersion, expected.apiVersion())));
    }
    String kind = object.path("kind").asText();
    if (!kind.isEmpty() && !kind.equals(expected.kind())) {
      var error = FieldError.invalid("kind", kind, "must be " + expected.kind());
      throw new ApiException(
          Status.invalid(expected.group(), kind, ObjectMeta.text(object, "name"), List.of(error)));
    }
  }

  /** The kind that an object states; what it leaves out is set as expected. */
  private static GroupVersionKind kindOf(ObjectNode object, GroupVersionKind expected) {
    for (String member : List.of("apiVersion", "kind")) {
      if (object.path(member).asText().isEmpty()) {
        object.put(member, member.equals("kind") ? expected.kind() : expected.apiVersion());
      }
    }
    return GroupVersionKind.of(object.path("apiVersion").asText(), object.path("kind").asText());
  }

  private String wrongKind(GroupVersionKind sent, GroupVersionKind expected) {
    return isRegistered(sent)
        ? "converting (%s.%s) to (%s): unknown conversion"
            .formatted(sent.version(), sent.kind(), goType(expected, expected.kind()))
        : notRegistered(sent.kind(), sent.apiVersion());
  }

  private boolean isRegistered(GroupVersionKind kind) {
    return registry.types().stream()
        .filter(type -> type.group().equals(kind.group()) && type.version(kind.version()) != null)
        .anyMatch(type -> type.kind().equals(kind.kind()) || type.listKind().equals(kind.kind()));
  }

  /** A kind by the Go type that Kubernetes converts it to, {@code core.ConfigMap}. */
  static String goType(GroupVersionKind group, String kind) {
    return (group.group().isEmpty() ? "core" : group.group().split("\\.")[0]) + '.' + kind;
  }

  static String notRegistered(String kind, String apiVersion) {
    return "no kind \"%s\" is registered for version \"%s\" in scheme \"pkg/runtime/scheme.go:111\""
        .formatted(kind, apiVersion);
  }

  private static Status cannotBeHandled(
      GroupVersionKind sent, GroupVersionKind expected, String problem) {
    return Status.badRequest(
        "%s in version \"%s\" cannot be handled as a %s: %s"
            .formatted(sent.kind(), sent.version(), expected.kind(), problem));
  }
}
