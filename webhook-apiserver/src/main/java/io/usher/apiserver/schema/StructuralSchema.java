package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.Status;
import io.usher.patch.StructSchema;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a registered type as custom resources have it: {@code openAPIV3Schema} of a
 * CustomResourceDefinition. It prunes, defaults and validates as kube-apiserver does for custom
 * resources. Conditions in CEL ({@code x-kubernetes-validations}) and {@code allOf}, {@code anyOf},
 * {@code oneOf} and {@code not} are published but not evaluated. Immutable.
 */
public final class StructuralSchema implements ObjectSchema {

  private static final String ANY_FIELDS = "x-kubernetes-preserve-unknown-fields";
  private static final StructType OBJECT_META =
      TypeTable.BUILT_IN.struct("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");

  private final ObjectNode schema;

  private StructuralSchema(ObjectNode schema) {
    this.schema = schema;
  }

  /**
   * The schema that a definition gives.
   *
   * @param openApiV3Schema of a whole object; copied. {@code apiVersion}, {@code kind} and {@code
   *     metadata} need not be in it
   */
  public static StructuralSchema of(ObjectNode openApiV3Schema) {
    return new StructuralSchema(openApiV3Schema.deepCopy());
  }

  @Override
  public List<String> prune(ObjectNode object) {
    var unknown = new ArrayList<String>();
    if (object.get("metadata") instanceof ObjectNode metadata) {
      try {
        new Decoder(TypeTable.BUILT_IN)
            .decode(metadata, OBJECT_META)
            .forEach(path -> unknown.add("metadata." + path));
      } catch (DecodingException e) {
        throw new ApiException(Status.badRequest(e.problem()));
      }
    }
    members(object, schema, "", unknown);
    return unknown;
  }

  private static void members(
      ObjectNode object, JsonNode schema, String path, List<String> unknown) {
    JsonNode values = schema.path("additionalProperties");
    for (Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
        members.hasNext(); ) {
      Map.Entry<String, JsonNode> member = members.next();
      String name = member.getKey();
      String at = path.isEmpty() ? name : path + '.' + name;
      JsonNode declared = schema.path("properties").path(name);
      if (declared.isObject()) {
        if (member.getValue().isNull()
            && declared.has("default")
            && !declared.path("nullable").asBoolean()) {
          members.remove();
        } else {
          value(member.getValue(), declared, at, unknown);
        }
      } else if (values.isObject()) {
        value(member.getValue(), values, at, unknown);
      } else if (!isOpen(schema, path, name)) {
        if (unknown.size() < MAX_TOLD) {
          unknown.add(at);
        }
        members.remove();
      }
    }
  }

  private static boolean isOpen(JsonNode schema, String path, String name) {
    return schema.path(ANY_FIELDS).asBoolean()
        || schema.path("additionalProperties").asBoolean()
        || path.isEmpty() && List.of("apiVersion", "kind", "metadata").contains(name);
  }

  private static void value(JsonNode value, JsonNode schema, String path, List<String> unknown) {
    if (value instanceof ObjectNode object) {
      members(object, schema, path, unknown);
    } else if (value instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        value(list.get(i), schema.path("items"), path + '[' + i + ']', unknown);
      }
    }
  }

  @Override
  public void setDefaults(ObjectNode object) {
    setDefaults(object, schema);
  }

  private static void setDefaults(JsonNode value, JsonNode schema) {
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
        JsonNode fallback = property.getValue().get("default");
        if (fallback != null && !object.has(property.getKey())) {
          object.set(property.getKey(), fallback.deepCopy());
        }
      }
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        JsonNode declared = schema.path("properties").path(member.getKey());
        setDefaults(
            member.getValue(),
            declared.isObject() ? declared : schema.path("additionalProperties"));
      }
    } else if (value instanceof ArrayNode list) {
      list.forEach(element -> setDefaults(element, schema.path("items")));
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return StructuralChecks.check(object, schema);
  }

  @Override
  public @Nullable StructSchema mergeSchema() {
    return null;
  }

  @Override
  public ObjectNode openApi() {
    ObjectNode published = schema.deepCopy();
    published
        .findParents("x-kubernetes-int-or-string")
        .forEach(
            each -> {
              ArrayNode either = ((ObjectNode) each).putArray("anyOf");
              either.addObject().put("type", "integer");
              either.addObject().put("type", "string");
            });
    return published;
  }
}
