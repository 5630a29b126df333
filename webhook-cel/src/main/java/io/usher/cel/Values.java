package io.usher.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all values have: a type, a size, an order, and what they equal.
 *
 * <p>Values are {@code Boolean}, {@code Long}, {@code UnsignedLong}, {@code Double}, {@code
 * String}, {@code CelByteString}, {@code NullValue}, {@code Instant}, {@code Duration}, {@code
 * List}, {@code Map}, {@code Optional}, {@link TypeValue} and what implements {@link Opaque}.
 */
final class Values {

  private static final double TWO_TO_63 = 0x1p63;

  private Values() {}

  /** A value of a type of Kubernetes. */
  interface Opaque {
    String typeName();

    /** As its size is counted. */
    default long size() {
      return 1;
    }
  }

  /** A type as a value. */
  record TypeValue(String name) {}

  static String typeName(Object value) {
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof UnsignedLong) {
      return "uint";
    }
    if (value instanceof Double) {
      return "double";
    }
    if (value instanceof String) {
      return "string";
    }
    if (value instanceof CelByteString) {
      return "bytes";
    }
    if (value instanceof NullValue) {
      return "null_type";
    }
    if (value instanceof Instant) {
      return "google.protobuf.Timestamp";
    }
    if (value instanceof Duration) {
      return "google.protobuf.Duration";
    }
    if (value instanceof List<?>) {
      return "list";
    }
    if (value instanceof Map<?, ?>) {
      return "map";
    }
    if (value instanceof Optional<?>) {
      return "optional_type";
    }
    if (value instanceof TypeValue) {
      return "type";
    }
    if (value instanceof Opaque o) {
      return o.typeName();
    }
    if (value instanceof ObjectValue o) {
      return o.type();
    }
    if (value instanceof PatchValue) {
      return PolicyTypes.PATCH;
    }
    return value.getClass().getSimpleName();
  }

  /** The type's name in cel-go's source, which some of its messages show. */
  static String goType(@Nullable Object value) {
    if (value == null) {
      return "<nil>";
    }
    if (value instanceof Boolean) {
      return "types.Bool";
    }
    if (value instanceof Long) {
      return "types.Int";
    }
    if (value instanceof UnsignedLong) {
      return "types.Uint";
    }
    if (value instanceof Double) {
      return "types.Double";
    }
    if (value instanceof String) {
      return "types.String";
    }
    if (value instanceof CelByteString) {
      return "types.Bytes";
    }
    if (value instanceof NullValue) {
      return "types.Null";
    }
    if (value instanceof Instant) {
      return "types.Timestamp";
    }
    if (value instanceof Duration) {
      return "types.Duration";
    }
    if (value instanceof List<?>) {
      return "*types.baseList";
    }
    if (value instanceof Map<?, ?>) {
      return "*types.baseMap";
    }
    if (value instanceof Optional<?>) {
      return "*types.Optional";
    }
    if (value instanceof TypeValue) {
      return "*types.Type";
    }
    return typeName(value);
  }

  static String goNative(Object value) {
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int64";
    }
    if (value instanceof UnsignedLong) {
      return "uint64";
    }
    if (value instanceof Double) {
      return "float64";
    }
    if (value instanceof List<?>) {
      return "[]interface {}";
    }
    if (value instanceof Map<?, ?>) {
      return "map[string]interface {}";
    }
    return typeName(value);
  }

  /** As Go prints it. */
  static String printed(Object value) {
    return value instanceof Double number ? GoNumbers.shortest(number) : String.valueOf(value);
  }

  /** How many code points, bytes, elements or entries a value has; 1 for what has none. */
  static long size(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof CelByteString bytes) {
      return bytes.size();
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Opaque opaque) {
      return opaque.size();
    }
    return 1;
  }

  /** The place in a list that a number is; null for what is none. */
  static @Nullable Long index(Object key) {
    if (key instanceof Long number) {
      return number;
    }
    if (key instanceof UnsignedLong number) {
      return number.bigIntegerValue().bitLength() < 64 ? number.longValue() : null;
    }
    if (key instanceof Double number) {
      return number == Math.rint(number) && Math.abs(number) < TWO_TO_63
          ? Long.valueOf((long) (double) number)
          : null;
    }
    return null;
  }

  /** A member of a map, whose numbers are keys whatever their type; null for none. */
  static @Nullable Object member(Map<?, ?> map, Object key) {
    Object member = map.get(key);
    if (member != null || key instanceof String || key instanceof Boolean) {
      return member;
    }
    Object whole = asKey(key);
    if (whole instanceof Long number) {
      member = map.get(number);
      if (member == null && number >= 0) {
        member = map.get(UnsignedLong.valueOf(number));
      }
      return member == null ? map.get((double) number) : member;
    }
    return null;
  }

  /** A number as an int where it is one, so that equal numbers are one key. */
  static Object asKey(Object value) {
    Long whole = value instanceof String ? null : index(value);
    return whole == null ? value : whole;
  }

  /** Whether two values are the same; numbers of different types are compared as numbers. */
  static boolean same(Object left, Object right, Meter meter) {
    if (left instanceof UnorderedList first) {
      return right instanceof List<?> second && first.isSame(second, meter);
    }
    if (left == right && !(left instanceof Double)) {
      return true;
    }
    if (isNumber(left)) {
      return isNumber(right) && order(left, right) instanceof Long zero && zero == 0;
    }
    if (left instanceof List<?> first) {
      return right instanceof List<?> second && sameLists(first, second, meter);
    }
    if (left instanceof Map<?, ?> first) {
      return right instanceof Map<?, ?> second && sameMaps(first, second, meter);
    }
    if (left instanceof Optional<?> first && right instanceof Optional<?> second) {
      return first.isPresent()
          ? second.isPresent() && same(first.get(), second.get(), meter)
          : second.isEmpty();
    }
    if (left instanceof ObjectValue first && right instanceof ObjectValue second) {
      return first.type().equals(second.type()) && sameMaps(first.fields(), second.fields(), meter);
    }
    return left.equals(right);
  }

  private static boolean sameLists(List<?> first, List<?> second, Meter meter) {
    if (first.size() != second.size()) {
      return false;
    }
    Iterator<?> other = second.iterator();
    for (Object element : first) {
      meter.step();
      if (!same(element, other.next(), meter)) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameMaps(Map<?, ?> first, Map<?, ?> second, Meter meter) {
    if (first.size() != second.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : first.entrySet()) {
      meter.step();
      Object other = member(second, entry.getKey());
      if (other == null || !same(entry.getValue(), other, meter)) {
        return false;
      }
    }
    return true;
  }

  static boolean contains(List<?> list, Object wanted, Meter meter) {
    boolean declared = list instanceof JsonValues.JsonList || list instanceof UnorderedList;
    for (Object element : list) {
      meter.step();
      if (declared ? same(element, wanted, meter) : same(wanted, element, meter)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof UnsignedLong;
  }

  /** Whether values of a type have an order. */
  static boolean isOrdered(Object value) {
    return isNumber(value)
        || value instanceof Boolean
        || value instanceof String
        || value instanceof CelByteString
        || value instanceof Instant
        || value instanceof Duration;
  }

  /** -1, 0 or 1; or a fault. */
  static Object order(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return numbers(left, right);
    }
    int order;
    if (left instanceof String first && right instanceof String second) {
      order = texts(first, second);
    } else if (left instanceof Boolean first && right instanceof Boolean second) {
      order = first.compareTo(second);
    } else if (left instanceof Instant first && right instanceof Instant second) {
      order = first.compareTo(second);
    } else if (left instanceof Duration first && right instanceof Duration second) {
      order = first.compareTo(second);
    } else if (left instanceof CelByteString first && right instanceof CelByteString second) {
      order = Arrays.compareUnsigned(first.toByteArray(), second.toByteArray());
    } else {
      return Fault.NO_OVERLOAD;
    }
    return (long) Integer.signum(order);
  }

  private static Object numbers(Object left, Object right) {
    if (left instanceof Long first && right instanceof Long second) {
      return (long) Long.compare(first, second);
    }
    double first = ((Number) left).doubleValue();
    double second = ((Number) right).doubleValue();
    if (Double.isNaN(first) || Double.isNaN(second)) {
      return new Fault("NaN values cannot be ordered");
    }
    if (Double.isInfinite(first) || Double.isInfinite(second)) {
      return (long) Double.compare(first, second);
    }
    return (long) exact(left).compareTo(exact(right));
  }

  private static BigDecimal exact(Object number) {
    if (number instanceof Long whole) {
      return BigDecimal.valueOf(whole);
    }
    if (number instanceof UnsignedLong whole) {
      return new BigDecimal(whole.bigIntegerValue());
    }
    return new BigDecimal((Double) number);
  }

  /** By code points, as bytes of UTF-8 are ordered. */
  private static int texts(String first, String second) {
    int shorter = Math.min(first.length(), second.length());
    for (int i = 0; i < shorter; i++) {
      char a = first.charAt(i);
      char b = second.charAt(i);
      if (a != b) {
        boolean surrogates = Character.isSurrogate(a) != Character.isSurrogate(b);
        return surrogates ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(first.length(), second.length());
  }

  /** Bytes of UTF-8. */
  static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Nanoseconds, as Go counts a duration; null when they are too many. */
  static @Nullable Long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Whether a time is in the years from 1 to 9999. */
  static boolean isInRange(Instant time) {
    long seconds = time.getEpochSecond();
    return seconds >= -62_135_596_800L && seconds <= 253_402_300_799L;
  }
}
