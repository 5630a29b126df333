package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.request.WriteOptions.FieldValidation;
import java.util.ArrayList;
import java.util.List;

/** Makes an object of a type from what a client sent. */
final class ObjectDecoder {

  /** A warning for each would fill the answer's head. */
  private static final int MAX_WARNINGS = 50;

  private ObjectDecoder() {}

  /**
   * The object of a body: its kind is right, what the type does not have is gone, and what has a
   * default is there.
   *
   * @param body edited
   * @param warnings gets what is unknown and duplicate
   * @throws ApiException 400 when it is no such object, or is refused by {@code Strict}
   */
  static ObjectNode object(
      Body body, ApiResource resource, FieldValidation validation, List<String> warnings) {
    ObjectNode object = (ObjectNode) body.json();
    requireKind(object, resource.kind());
    List<String> unknown;
    try {
      unknown = resource.version().schema().prune(object);
      ObjectMeta.requireTypes(object);
    } catch (ApiException e) {
      throw e.status().code() == 400
          ? new ApiException(cannotBeHandled(resource.kind(), String.valueOf(e.getMessage())))
          : e;
    }
    report(problems(unknown, body.duplicates()), resource.kind(), validation, warnings);
    resource.version().schema().setDefaults(object);
    return object;
  }

  /**
   * The same of an object that a patch led to.
   *
   * @throws ApiException 422 when it is no such object
   */
  static ObjectNode patched(
      ObjectNode object,
      List<String> duplicates,
      ApiResource resource,
      FieldValidation validation,
      List<String> warnings) {
    requireKind(object, resource.kind());
    List<String> unknown;
    try {
      unknown = resource.version().schema().prune(object);
      ObjectMeta.requireTypes(object);
    } catch (ApiException e) {
      var error =
          FieldError.invalid(
              "patch", TextNode.valueOf(object.toString()), String.valueOf(e.getMessage()));
      throw new ApiException(Status.invalid("", "", "", List.of(error)));
    }
    report(problems(unknown, duplicates), resource.kind(), validation, warnings);
    resource.version().schema().setDefaults(object);
    return object;
  }

  private static List<String> problems(List<String> unknown, List<String> duplicates) {
    var problems = new ArrayList<String>(unknown.size() + duplicates.size());
    unknown.forEach(path -> problems.add("unknown field \"" + path + "\""));
    duplicates.forEach(path -> problems.add("duplicate field \"" + path + "\""));
    return problems;
  }

  private static void report(
      List<String> problems,
      GroupVersionKind kind,
      FieldValidation validation,
      List<String> warnings) {
    if (problems.isEmpty() || validation == FieldValidation.IGNORE) {
      return;
    }
    List<String> told = problems.subList(0, Math.min(problems.size(), MAX_WARNINGS));
    if (validation == FieldValidation.STRICT) {
      throw new ApiException(
          cannotBeHandled(kind, "strict decoding error: " + String.join(", ", told)));
    }
    warnings.addAll(told);
  }

  /** Sets apiVersion and kind where they are absent, and refuses others than these. */
  static void requireKind(ObjectNode object, GroupVersionKind expected) {
    String apiVersion = object.path("apiVersion").asText();
    String kind = object.path("kind").asText();
    boolean sameVersion = apiVersion.isEmpty() || apiVersion.equals(expected.apiVersion());
    if (!sameVersion || !(kind.isEmpty() || kind.equals(expected.kind()))) {
      GroupVersionKind sent =
          GroupVersionKind.of(
              apiVersion.isEmpty() ? expected.apiVersion() : apiVersion,
              kind.isEmpty() ? expected.kind() : kind);
      throw new ApiException(
          Status.badRequest(
              sent.kind()
                  + " in version \""
                  + sent.apiVersion()
                  + "\" cannot be handled as a "
                  + expected.kind()
                  + ": this path takes "
                  + expected));
    }
    object.put("apiVersion", expected.apiVersion()).put("kind", expected.kind());
  }

  private static Status cannotBeHandled(GroupVersionKind kind, String problem) {
    return Status.badRequest(
        kind.kind()
            + " in version \""
            + kind.version()
            + "\" cannot be handled as a "
            + kind.kind()
            + ": "
            + problem);
  }
}
