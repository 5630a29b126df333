package io.usher.cel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sizes that a declared type has, by where a value is. */
final class SchemaSizes {

  private SchemaSizes() {}

  static @Nullable Range of(ValueType root, List<String> path) {
    ValueType type = root;
    for (String part : path.subList(1, path.size())) {
      ValueType next = part(type, part);
      if (next == null) {
        return null;
      }
      type = next;
    }
    return new Range(0, most(type));
  }

  private static @Nullable ValueType part(ValueType type, String part) {
    if (type instanceof ValueType.ListOf list) {
      return part.equals("@items") ? list.element() : null;
    }
    if (type instanceof ValueType.MapOf map) {
      return part.equals("@values")
          ? map.value()
          : part.equals("@keys") ? ValueType.Scalar.STRING : null;
    }
    return type instanceof ValueType.ObjectOf object ? field(object, part) : null;
  }

  /** Kubernetes counts no characters of what has a size of its own. */
  private static long most(ValueType type) {
    if (type instanceof ValueType.ListOf list) {
      return list.most();
    }
    if (type instanceof ValueType.MapOf map) {
      return map.most();
    }
    return type instanceof ValueType.Bounded bounded ? bounded.most() : 0;
  }

  private static @Nullable ValueType field(ValueType.ObjectOf object, String escaped) {
    for (var field : object.fields().entrySet()) {
      if (FieldNames.escaped(field.getKey()).equals(escaped)) {
        return field.getValue();
      }
    }
    return null;
  }
}
