package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whole objects within an object, {@code x-kubernetes-embedded-resource}: they have a kind, and
 * metadata that is Kubernetes' own.
 */
final class EmbeddedResources {

  private static final StructType OBJECT_META =
      TypeTable.BUILT_IN.struct("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");

  private EmbeddedResources() {}

  /**
   * Removes from metadata what it does not have, in an object and in those within it.
   *
   * @return the paths of the first {@value ObjectSchema#MAX_TOLD} that are gone
   * @throws ApiException 400 where a field of metadata can't hold its value
   */
  static List<String> pruneMetadata(ObjectNode object, SchemaNode schema) {
    var unknown = new ArrayList<String>();
    prune(object, schema, new PathBuilder(), unknown);
    return unknown;
  }

  private static void prune(
      JsonNode value, @Nullable SchemaNode schema, PathBuilder path, List<String> unknown) {
    if (schema == null) {
      return;
    }
    if (value instanceof ObjectNode object) {
      if (schema.isEmbeddedResource() && object.get("metadata") instanceof ObjectNode metadata) {
        boolean root = path.isRoot();
        int outer = path.enter("metadata");
        decode(metadata, path, root, unknown);
        path.leave(outer);
      }
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        int outer = path.enter(member.getKey());
        prune(member.getValue(), schema.member(member.getKey()), path, unknown);
        path.leave(outer);
      }
    } else if (value instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        int outer = path.enter(i);
        prune(list.get(i), schema.items(), path, unknown);
        path.leave(outer);
      }
    }
  }

  private static String at(String path, String name) {
    return path.isEmpty() ? name : path + '.' + name;
  }

  private static void decode(
      ObjectNode metadata, PathBuilder path, boolean root, List<String> unknown) {
    try {
      for (String each : new Decoder(TypeTable.BUILT_IN).decode(metadata, OBJECT_META)) {
        if (unknown.size() < ObjectSchema.MAX_TOLD) {
          unknown.add(path + "." + each);
        }
      }
    } catch (DecodingException e) {
      String place = path.toString();
      throw new ApiException(
          Status.badRequest(
              root ? e.problem() : FieldError.invalid(place, metadata, e.problem()).toString()));
    }
  }

  /** What is wrong with the objects within an object: what is told of it, and some more. */
  static List<FieldError> check(ObjectNode object, SchemaNode schema) {
    var errors = new ArrayList<FieldError>();
    members(object, schema, "", errors);
    return errors;
  }

  private static void check(
      JsonNode value, @Nullable SchemaNode schema, String path, List<FieldError> errors) {
    if (schema == null || errors.size() > ToldErrors.MOST) {
      return;
    }
    if (value instanceof ObjectNode object) {
      if (schema.isEmbeddedResource()) {
        typeMeta(object, path, errors);
      }
      members(object, schema, path, errors);
    } else if (value instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        check(list.get(i), schema.items(), path + '[' + i + ']', errors);
      }
    }
  }

  private static void members(
      ObjectNode object, SchemaNode schema, String path, List<FieldError> errors) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      String name = member.getKey();
      String place = schema.property(name) == null ? path + '[' + name + ']' : at(path, name);
      check(member.getValue(), schema.member(name), place, errors);
    }
  }

  private static void typeMeta(ObjectNode object, String path, List<FieldError> errors) {
    for (String field : List.of("apiVersion", "kind")) {
      String at = path + '.' + field;
      JsonNode value = object.get(field);
      if (value == null) {
        errors.add(FieldError.required(at, ""));
      } else if (!value.isTextual()) {
        errors.add(FieldError.invalid(at, value, "must be a string"));
      } else if (value.textValue().isEmpty()) {
        errors.add(FieldError.invalid(at, value, "must not be empty"));
      } else if (field.equals("kind")) {
        kind(value.textValue(), at, errors);
      } else if (value.textValue().chars().filter(each -> each == '/').count() > 1) {
        String problem = "unexpected GroupVersion string: " + value.textValue();
        errors.add(FieldError.invalid(at, value, problem));
      }
    }
  }

  private static void kind(String kind, String path, List<FieldError> errors) {
    List<String> problems = ObjectNames.label1035Problems(kind.toLowerCase(Locale.ROOT), false);
    if (!problems.isEmpty()) {
      errors.add(
          FieldError.invalid(
              path,
              TextNode.valueOf(kind),
              "may have mixed case, but should otherwise match: " + String.join(",", problems)));
    }
  }
}
