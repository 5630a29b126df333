package io.usher.apiserver.schema;

import io.usher.cel.ValueType;
import io.usher.cel.ValueType.ListOf;
import io.usher.cel.ValueType.MapOf;
import io.usher.cel.ValueType.ObjectOf;
import io.usher.cel.ValueType.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What values of a schema are to expressions: unknown fields are not seen. */
final class ValueTypes {

  private static final ObjectOf METADATA =
      new ObjectOf(Map.of("name", Scalar.STRING, "generateName", Scalar.STRING));

  private ValueTypes() {}

  /** The type, or null where expressions see nothing of a value. */
  static @Nullable ValueType of(SchemaNode schema) {
    if (schema.isIntOrString()) {
      return Scalar.ANY;
    }
    return switch (schema.type()) {
      case "array" -> {
        ValueType element = schema.items() == null ? null : of(schema.items());
        yield element == null ? null : new ListOf(element);
      }
      case "object" -> schema.values() == null ? object(schema) : map(schema.values());
      case "string" -> text(schema.json().path("format").asText());
      case "boolean" -> Scalar.BOOL;
      case "number" -> Scalar.DOUBLE;
      case "integer" -> Scalar.INT;
      default -> null;
    };
  }

  private static @Nullable ValueType map(SchemaNode values) {
    ValueType value = of(values);
    return value == null ? null : new MapOf(value);
  }

  private static ValueType object(SchemaNode schema) {
    var fields = new LinkedHashMap<String, ValueType>();
    schema
        .properties()
        .forEach(
            (name, property) -> {
              ValueType type = of(property);
              if (type != null) {
                fields.put(name, type);
              }
            });
    if (schema.isEmbeddedResource()) {
      fields.put("apiVersion", Scalar.STRING);
      fields.put("kind", Scalar.STRING);
      fields.put("metadata", METADATA);
    }
    return new ObjectOf(fields);
  }

  private static ValueType text(String format) {
    return switch (format) {
      case "byte" -> Scalar.BYTES;
      case "duration" -> Scalar.DURATION;
      case "date", "date-time" -> Scalar.TIMESTAMP;
      default -> Scalar.STRING;
    };
  }
}
