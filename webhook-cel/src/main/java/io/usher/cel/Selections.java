package io.usher.cel;

import com.google.common.primitives.UnsignedLong;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parts of values by their keys. */
final class Selections {

  /** There is no such part. */
  static final Object ABSENT = new Object();

  private Selections() {}

  /** Whether there may be a part of this key. */
  static boolean isKey(Object key) {
    return key instanceof String
        || key instanceof Long
        || key instanceof UnsignedLong
        || key instanceof Boolean
        || key instanceof Double;
  }

  /**
   * A part of a value.
   *
   * @param tests whether a part that is not there is absent, and not a fault
   */
  static Object of(Object value, @Nullable Object key, boolean tests) {
    if (key == null || !isKey(key)) {
      String type =
          key instanceof JsonValues.JsonMap || key instanceof JsonValues.JsonList
              ? Values.goNative(key)
              : Values.goType(key);
      return new Fault("invalid qualifier type: " + type);
    }
    if (value instanceof Map<?, ?> map) {
      Object part = Values.member(map, key);
      return part != null ? part : tests ? ABSENT : Fault.noKey(key);
    }
    if (value instanceof List<?> list) {
      Long index = Values.index(key);
      if (index == null) {
        return new Fault(
            key instanceof Double
                ? "unsupported index value " + Values.printed(key) + " in list"
                : "unsupported index type '" + Values.typeName(key) + "' in list");
      }
      if (index >= 0 && index < list.size()) {
        return list.get((int) (long) index);
      }
      return tests ? ABSENT : new Fault("index out of bounds: " + Values.printed(key));
    }
    if (value instanceof PatchValue patch && key instanceof String name) {
      return patch.member(name, tests);
    }
    if (value instanceof ObjectValue object && key instanceof String name) {
      Object part = object.fields().get(name);
      return part != null ? part : tests ? ABSENT : dev.cel.common.values.NullValue.NULL_VALUE;
    }
    return tests ? ABSENT : Fault.noKey(key);
  }
}
