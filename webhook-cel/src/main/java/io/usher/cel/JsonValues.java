package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.Iterators;
import dev.cel.common.values.NullValue;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON as CEL's values: integers are {@code int}, other numbers {@code double}. Of lists and
 * objects only what an expression reads is converted, when it reads it.
 */
final class JsonValues {

  private JsonValues() {}

  static Object of(JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT -> new JsonMap((ObjectNode) json, JsonValues::of);
      case ARRAY -> new JsonList(json, JsonValues::of);
      case NUMBER ->
          json.canConvertToLong() && json.isIntegralNumber()
              ? (Object) json.longValue()
              : (Object) json.doubleValue();
      case BOOLEAN -> json.booleanValue();
      case STRING, BINARY, POJO -> json.asText();
      case NULL, MISSING -> NullValue.NULL_VALUE;
    };
  }

  /** What a JSON value is to expressions. */
  interface Reading {
    Object of(JsonNode json);
  }

  /** A list that is read. */
  static final class JsonList extends AbstractList<Object> {
    private final JsonNode json;
    private final Reading reading;

    JsonList(JsonNode json, Reading reading) {
      this.json = json;
      this.reading = reading;
    }

    @Override
    public Object get(int index) {
      return reading.of(json.get(index));
    }

    @Override
    public int size() {
      return json.size();
    }
  }

  /** An object that is read. */
  static final class JsonMap extends AbstractMap<Object, Object> {
    private final ObjectNode json;
    private final Reading reading;

    JsonMap(ObjectNode json, Reading reading) {
      this.json = json;
      this.reading = reading;
    }

    ObjectNode json() {
      return json;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
      JsonNode value = key instanceof String name ? json.get(name) : null;
      return value == null ? null : reading.of(value);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return get(key) != null;
    }

    @Override
    public int size() {
      return json.size();
    }

    @Override
    public Set<Entry<Object, Object>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Entry<Object, Object>> iterator() {
          return Iterators.transform(
              json.properties().iterator(),
              member -> new SimpleImmutableEntry<>(member.getKey(), reading.of(member.getValue())));
        }

        @Override
        public int size() {
          return json.size();
        }
      };
    }
  }
}
