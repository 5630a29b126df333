package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.AbstractMap;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How JSON of declared types is read; a value that is not of its type is what it is. */
final class TypedValues {

  private TypedValues() {}

  static JsonValues.Reading reading(ValueType type) {
    if (type instanceof ValueType.ListOf list) {
      JsonValues.Reading element = reading(list.element());
      JsonValues.Reading read =
          list.order().counts()
              ? json -> new JsonValues.JsonList(json, element)
              : UnorderedList.reading(element, list.order());
      return json -> json.isArray() ? read.of(json) : JsonValues.of(json);
    }
    if (type instanceof ValueType.MapOf map) {
      JsonValues.Reading value = reading(map.value());
      return json ->
          json instanceof ObjectNode object
              ? new JsonValues.JsonMap(object, value)
              : JsonValues.of(json);
    }
    if (type instanceof ValueType.ObjectOf object) {
      Map<String, Field> fields = new LinkedHashMap<>();
      object
          .fields()
          .forEach(
              (name, field) -> {
                String escaped = FieldNames.escaped(name);
                if (!escaped.isEmpty()) {
                  fields.put(escaped, new Field(name, reading(field)));
                }
              });
      return json ->
          json instanceof ObjectNode node ? new Declared(node, fields) : JsonValues.of(json);
    }
    ValueType.Scalar scalar =
        type instanceof ValueType.Bounded bounded ? bounded.type() : (ValueType.Scalar) type;
    return json -> scalar(json, scalar);
  }

  /** A declared member, by its name in JSON. */
  private record Field(String name, JsonValues.Reading reading) {}

  /** An object whose members are declared: others are not seen. */
  private static final class Declared extends AbstractMap<Object, Object> {
    private final ObjectNode json;
    private final Map<String, Field> fields;

    Declared(ObjectNode json, Map<String, Field> fields) {
      this.json = json;
      this.fields = fields;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
      Field field =
          fields.get(
              key instanceof String name && FieldNames.isReserved(name)
                  ? FieldNames.escaped(name)
                  : key);
      JsonNode value = field == null ? null : json.get(field.name());
      return field == null || value == null ? null : field.reading().of(value);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return get(key) != null;
    }

    @Override
    public Set<Entry<Object, Object>> entrySet() {
      var entries = new LinkedHashMap<Object, Object>();
      for (String name : fields.keySet()) {
        Object value = get(name);
        if (value != null) {
          entries.put(name, value);
        }
      }
      return entries.entrySet();
    }
  }

  /** The JSON of an object that is read; null for other values. */
  static @Nullable ObjectNode json(Object value) {
    return value instanceof Declared declared
        ? declared.json
        : value instanceof JsonValues.JsonMap map ? map.json() : null;
  }

  private static Object scalar(JsonNode json, ValueType.Scalar type) {
    if (json.isNull()) {
      return NullValue.NULL_VALUE;
    }
    try {
      return switch (type) {
        case INT -> json.isNumber() ? (Object) json.longValue() : JsonValues.of(json);
        case DOUBLE -> json.isNumber() ? (Object) json.doubleValue() : JsonValues.of(json);
        case BYTES -> CelByteString.of(Base64.getDecoder().decode(json.asText()));
        case TIMESTAMP -> instant(json.asText());
        case DURATION ->
            Objects.requireNonNullElseGet(
                (Object) GoDurations.parse(json.asText()), () -> JsonValues.of(json));
        case STRING, BOOL, ANY -> JsonValues.of(json);
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      return JsonValues.of(json);
    }
  }

  private static Instant instant(String text) {
    return text.indexOf('T') < 0 && text.indexOf('t') < 0
        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
        : OffsetDateTime.parse(text).toInstant();
  }
}
