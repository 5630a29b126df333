package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.Lists;
import com.google.common.collect.Maps;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON as CEL's values by declared types; a value that is not of its type is what it is. Of lists
 * and objects only what an expression reads is converted, when it reads it.
 */
final class TypedValues {

  private TypedValues() {}

  static Object of(JsonNode json, ValueType type) {
    if (type instanceof ValueType.ListOf list && json.isArray()) {
      var values = new ArrayList<Lazy>(json.size());
      json.forEach(each -> values.add(new Lazy(each, list.element())));
      return Lists.transform(values, Lazy::value);
    }
    if (type instanceof ValueType.MapOf map && json.isObject()) {
      Map<String, Lazy> values = new LinkedHashMap<>();
      json.properties()
          .forEach(each -> values.put(each.getKey(), new Lazy(each.getValue(), map.value())));
      return Maps.transformValues(values, Lazy::value);
    }
    if (type instanceof ValueType.ObjectOf object && json.isObject()) {
      return object(json, object);
    }
    return type instanceof ValueType.Scalar scalar ? scalar(json, scalar) : JsonValues.of(json);
  }

  /** A value that is converted when it is first read. For one thread. */
  private static final class Lazy {
    private final JsonNode json;
    private final ValueType type;
    private @Nullable Object value;

    Lazy(JsonNode json, ValueType type) {
      this.json = json;
      this.type = type;
    }

    Object value() {
      if (value == null) {
        value = of(json, type);
      }
      return value;
    }
  }

  private static Map<String, Object> object(JsonNode json, ValueType.ObjectOf type) {
    Map<String, Lazy> values = new LinkedHashMap<>();
    type.fields()
        .forEach(
            (name, field) -> {
              String escaped = FieldNames.escaped(name);
              JsonNode value = json.get(name);
              if (value != null && !escaped.isEmpty()) {
                values.put(escaped, new Lazy(value, field));
              }
            });
    return Maps.transformValues(values, Lazy::value);
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
        case DURATION -> Durations.parse(json.asText());
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

  /** Go's durations. */
  private static final class Durations {
    private static final Pattern PART =
        Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, Double> NANOS =
        Map.of(
            "ns", 1.0, "us", 1e3, "µs", 1e3, "μs", 1e3, "ms", 1e6, "s", 1e9, "m", 6e10, "h",
            3.6e12);

    static Duration parse(String text) {
      int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
      if (text.substring(start).equals("0")) {
        return Duration.ZERO;
      }
      var part = PART.matcher(text);
      double nanos = 0;
      int end = start;
      while (part.find() && part.start() == end) {
        nanos +=
            Double.parseDouble(part.group(1)) * Objects.requireNonNull(NANOS.get(part.group(2)));
        end = part.end();
      }
      if (end == start || end != text.length()) {
        throw new IllegalArgumentException("no duration: " + text);
      }
      return Duration.ofNanos((long) (text.startsWith("-") ? -nanos : nanos));
    }
  }
}
