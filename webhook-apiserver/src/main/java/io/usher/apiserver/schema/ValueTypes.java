package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.usher.cel.ValueType;
import io.usher.cel.ValueType.Bounded;
import io.usher.cel.ValueType.ListOf;
import io.usher.cel.ValueType.ListOrder;
import io.usher.cel.ValueType.MapOf;
import io.usher.cel.ValueType.ObjectOf;
import io.usher.cel.ValueType.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What values of a schema are to expressions: unknown fields are not seen. */
final class ValueTypes {

  /** The bytes of a request, less its quotes or brackets: by this Kubernetes estimates. */
  private static final long REQUEST = 3 * 1024 * 1024 - 2;

  private static final long BYTES_OF_A_KEY = 6;
  private static final long BYTES_OF_A_CHARACTER = 4;
  private static final long TIME = 32;
  private static final long DATE = 12;

  private static final ValueType TEXT = new Bounded(Scalar.STRING, REQUEST);

  private static final ObjectOf METADATA = new ObjectOf(Map.of("name", TEXT, "generateName", TEXT));

  private ValueTypes() {}

  /** The type, or null where expressions see nothing of a value. */
  static @Nullable ValueType of(SchemaNode schema) {
    if (schema.isIntOrString()) {
      return new Bounded(Scalar.ANY, characters(schema, REQUEST));
    }
    return switch (schema.type()) {
      case "array" -> {
        SchemaNode items = schema.items();
        ValueType element = items == null ? null : of(items);
        yield items == null || element == null
            ? null
            : new ListOf(
                element,
                most(schema, "maxItems", REQUEST / (leastBytes(items) + 1)),
                order(schema));
      }
      case "object" -> schema.values() == null ? object(schema) : map(schema, schema.values());
      case "string" -> text(schema);
      case "boolean" -> Scalar.BOOL;
      case "number" -> Scalar.DOUBLE;
      case "integer" -> Scalar.INT;
      default -> null;
    };
  }

  private static ListOrder order(SchemaNode schema) {
    return switch (schema.listType()) {
      case "set" -> ListOrder.SET;
      case "map" -> ListOrder.map(schema.listMapKeys());
      default -> ListOrder.COUNTS;
    };
  }

  private static @Nullable ValueType map(SchemaNode schema, SchemaNode values) {
    ValueType value = of(values);
    return value == null
        ? null
        : new MapOf(
            value, most(schema, "maxProperties", REQUEST / (leastBytes(values) + BYTES_OF_A_KEY)));
  }

  private static long most(SchemaNode schema, String keyword, long otherwise) {
    return schema.has(keyword) ? Math.max(0, schema.limit(keyword).asLong()) : otherwise;
  }

  /** The most characters, as bytes; a character has four of them at most. */
  private static long characters(SchemaNode schema, long otherwise) {
    return schema.has("maxLength")
        ? BYTES_OF_A_CHARACTER * most(schema, "maxLength", 0)
        : otherwise;
  }

  /** How many bytes a value has in JSON, at least; as Kubernetes reckons. */
  static long leastBytes(SchemaNode schema) {
    if (schema.isIntOrString()) {
      return 1;
    }
    return switch (schema.type()) {
      case "object" -> schema.values() == null ? leastBytesOfObject(schema) : 2;
      case "array" -> 2;
      case "boolean" -> 4;
      case "string" ->
          switch (schema.json().path("format").asText()) {
            case "duration" -> 3;
            case "date" -> DATE;
            case "date-time" -> 21;
            default -> 2;
          };
      default -> 1;
    };
  }

  private static long leastBytesOfObject(SchemaNode schema) {
    long least = 2;
    for (String name : schema.required()) {
      SchemaNode property = schema.property(name);
      if (property != null && of(property) != null && property.fallback() == null) {
        least += name.length() + leastBytes(property) + 4;
      }
    }
    return least;
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
      fields.put("apiVersion", TEXT);
      fields.put("kind", TEXT);
      fields.put("metadata", METADATA);
    }
    return new ObjectOf(fields);
  }

  private static ValueType text(SchemaNode schema) {
    return switch (schema.json().path("format").asText()) {
      case "byte" -> new Bounded(Scalar.BYTES, most(schema, "maxLength", REQUEST));
      case "duration" -> new Bounded(Scalar.DURATION, TIME);
      case "date" -> new Bounded(Scalar.TIMESTAMP, DATE);
      case "date-time" -> new Bounded(Scalar.TIMESTAMP, TIME);
      default -> new Bounded(Scalar.STRING, characters(schema, longest(schema)));
    };
  }

  /** The longest value that there may be. */
  private static long longest(SchemaNode schema) {
    ArrayNode allowed = schema.enumeration();
    if (allowed == null) {
      return REQUEST;
    }
    long longest = 0;
    for (JsonNode each : allowed) {
      longest = Math.max(longest, each.asText().getBytes(StandardCharsets.UTF_8).length);
    }
    return longest;
  }
}
