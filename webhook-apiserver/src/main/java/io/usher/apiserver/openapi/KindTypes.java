package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ResourceType;
import io.usher.cel.ValueType;
import io.usher.cel.ValueType.ListOf;
import io.usher.cel.ValueType.MapOf;
import io.usher.cel.ValueType.ObjectOf;
import io.usher.cel.ValueType.Scalar;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What objects are to expressions, by the schemas that the OpenAPI documents have of their kinds.
 * For one thread.
 */
public final class KindTypes {

  private final KindSchemas schemas;

  /** Knows the kinds of these types. */
  public KindTypes(Collection<ResourceType> types) {
    schemas = new KindSchemas(types);
  }

  /** The type of a kind; null where there is no schema of it, or none that is seen. */
  public @Nullable ValueType of(GroupVersionKind kind) {
    String name = schemas.of(kind);
    return name.isEmpty() ? null : named(name, new HashSet<>());
  }

  /** A schema within itself is an object of which nothing is known. */
  private @Nullable ValueType named(String name, Set<String> within) {
    if (!within.add(name)) {
      return new ObjectOf(Map.of());
    }
    ValueType type = typed(schemas.definitions().schema(name), within);
    within.remove(name);
    return type;
  }

  private @Nullable ValueType type(JsonNode schema, Set<String> within) {
    String reference = schema.at("/allOf/0/$ref").asText(schema.path("$ref").asText());
    return reference.isEmpty()
        ? typed(schema, within)
        : named(reference.substring(Definitions.REFERENCE.length()), within);
  }

  private @Nullable ValueType typed(JsonNode schema, Set<String> within) {
    String format = schema.path("format").asText();
    if (format.equals("int-or-string") || schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return Scalar.ANY;
    }
    return switch (schema.path("type").asText()) {
      case "array" -> {
        ValueType element = type(schema.path("items"), within);
        yield element == null ? null : new ListOf(element);
      }
      case "object" -> {
        if (!schema.path("additionalProperties").isObject()) {
          yield object(schema, within);
        }
        ValueType value = type(schema.path("additionalProperties"), within);
        yield value == null ? null : new MapOf(value);
      }
      case "string" ->
          switch (format) {
            case "byte" -> Scalar.BYTES;
            case "duration" -> Scalar.DURATION;
            case "date", "date-time" -> Scalar.TIMESTAMP;
            default -> Scalar.STRING;
          };
      case "boolean" -> Scalar.BOOL;
      case "number" -> Scalar.DOUBLE;
      case "integer" -> Scalar.INT;
      default -> null;
    };
  }

  private ValueType object(JsonNode schema, Set<String> within) {
    var fields = new LinkedHashMap<String, ValueType>();
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      ValueType type = type(property.getValue(), within);
      if (type != null) {
        fields.put(property.getKey(), type);
      }
    }
    return new ObjectOf(fields);
  }
}
