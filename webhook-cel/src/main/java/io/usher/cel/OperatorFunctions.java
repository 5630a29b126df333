package io.usher.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** CEL's operators, by their names. Whichever types they are for is looked at when they run. */
final class OperatorFunctions {

  private static final Fault OVERFLOW = new Fault("integer overflow");
  private static final Fault UNSIGNED_OVERFLOW = new Fault("unsigned integer overflow");
  private static final Fault DURATION_OVERFLOW = new Fault("duration overflow");
  private static final Fault TIMESTAMP_OVERFLOW = new Fault("timestamp overflow");
  private static final int BYTES_OF_AN_ENTRY = 8;
  private static final int BYTES_OF_A_MEMBER = 48;

  private OperatorFunctions() {}

  /** The operator; null for what is none. */
  static @Nullable Function of(String name) {
    return switch (name) {
      case "_==_" -> (a, m) -> Values.same(a[0], a[1], m);
      case "_!=_" -> (a, m) -> !Values.same(a[0], a[1], m);
      case "_<_" -> (a, m) -> ordered(name, a, order -> order < 0);
      case "_<=_" -> (a, m) -> ordered(name, a, order -> order <= 0);
      case "_>_" -> (a, m) -> ordered(name, a, order -> order > 0);
      case "_>=_" -> (a, m) -> ordered(name, a, order -> order >= 0);
      case "_+_" -> (a, m) -> add(a[0], a[1], m);
      case "_-_" -> (a, m) -> subtract(a[0], a[1]);
      case "_*_" -> (a, m) -> multiply(a[0], a[1]);
      case "_/_" -> (a, m) -> divide(a[0], a[1]);
      case "_%_" -> (a, m) -> modulo(a[0], a[1]);
      case "-_" -> (a, m) -> negate(a[0]);
      case "!_" -> (a, m) -> a[0] instanceof Boolean b ? (Object) !b : Fault.NO_OVERLOAD;
      case "@in" -> (a, m) -> in(a[0], a[1], m);
      case "@not_strictly_false", "__not_strictly_false__" ->
          (a, m) -> !(a[0] instanceof Boolean b) || b;
      case "size" -> (a, m) -> size(a[0]);
      default -> null;
    };
  }

  private interface Test {
    boolean holds(long order);
  }

  private static Object ordered(String name, Object[] values, Test test) {
    if (!Values.isOrdered(values[0])) {
      return Fault.noOverload(name, values[0]);
    }
    Object order = Values.order(values[0], values[1]);
    return order instanceof Long known ? (Object) test.holds(known) : order;
  }

  static Object add(Object left, Object right, Meter meter) {
    try {
      if (left instanceof Long a) {
        return right instanceof Long b ? Math.addExact(a, b) : Fault.NO_OVERLOAD;
      }
      if (left instanceof UnsignedLong a) {
        return right instanceof UnsignedLong b
            ? unsigned(a.bigIntegerValue().add(b.bigIntegerValue()))
            : Fault.NO_OVERLOAD;
      }
      if (left instanceof Double a) {
        return right instanceof Double b ? (Object) (a + b) : Fault.NO_OVERLOAD;
      }
      if (left instanceof String a) {
        return right instanceof String b ? concatenated(a, b, meter) : Fault.NO_OVERLOAD;
      }
      if (left instanceof CelByteString a) {

        if (right instanceof CelByteString b) {
          meter.made((long) a.size() + b.size());
          return a.concat(b);
        }
        return Fault.NO_OVERLOAD;
      }
      if (left instanceof UnorderedList a) {
        return right instanceof List<?> b ? a.plus(b, meter) : Fault.NO_OVERLOAD;
      }
      if (left instanceof List<?> a) {
        return right instanceof List<?> b ? concatenated(a, b, meter) : Fault.NO_OVERLOAD;
      }
      if (left instanceof Duration a) {
        return right instanceof Duration b
            ? duration(a.plus(b))
            : right instanceof Instant b ? time(b.plus(a)) : Fault.NO_OVERLOAD;
      }
      if (left instanceof Instant a) {
        return right instanceof Duration b ? time(a.plus(b)) : Fault.NO_OVERLOAD;
      }
      return Fault.noOverload("_+_", left);
    } catch (ArithmeticException e) {
      return OVERFLOW;
    }
  }

  private static Object concatenated(String a, String b, Meter meter) {
    meter.made(2L * (a.length() + (long) b.length()));
    return a + b;
  }

  private static Object concatenated(List<?> a, List<?> b, Meter meter) {
    if (a instanceof Fold.GrowingList growing && growing.grows()) {
      meter.made((long) BYTES_OF_AN_ENTRY * b.size());
      growing.addAll(b);
      return growing;
    }
    if (b.isEmpty()) {
      return a;
    }
    if (a.isEmpty()) {
      return b;
    }
    meter.made((long) BYTES_OF_AN_ENTRY * (a.size() + b.size()));
    var both = new ArrayList<Object>(a.size() + b.size());
    both.addAll(a);
    both.addAll(b);
    return both;
  }

  private static Object unsigned(BigInteger number) {
    return number.signum() < 0 || number.bitLength() > Long.SIZE
        ? UNSIGNED_OVERFLOW
        : UnsignedLong.valueOf(number);
  }

  private static Object duration(Duration duration) {
    return Values.nanos(duration) == null ? DURATION_OVERFLOW : duration;
  }

  private static Object time(Instant time) {
    return Values.isInRange(time) ? time : TIMESTAMP_OVERFLOW;
  }

  private static Object subtract(Object left, Object right) {
    try {
      if (left instanceof Long a) {
        return right instanceof Long b ? Math.subtractExact(a, b) : Fault.NO_OVERLOAD;
      }
      if (left instanceof UnsignedLong a) {
        return right instanceof UnsignedLong b
            ? unsigned(a.bigIntegerValue().subtract(b.bigIntegerValue()))
            : Fault.NO_OVERLOAD;
      }
      if (left instanceof Double a) {
        return right instanceof Double b ? (Object) (a - b) : Fault.NO_OVERLOAD;
      }
      if (left instanceof Duration a) {
        return right instanceof Duration b ? duration(a.minus(b)) : Fault.NO_OVERLOAD;
      }
      if (left instanceof Instant a) {
        return right instanceof Duration b
            ? time(a.minus(b))
            : right instanceof Instant b ? duration(Duration.between(b, a)) : Fault.NO_OVERLOAD;
      }
      return Fault.noOverload("_-_", left);
    } catch (ArithmeticException e) {
      return OVERFLOW;
    }
  }

  private static Object multiply(Object left, Object right) {
    try {
      if (left instanceof Long a) {
        return right instanceof Long b ? Math.multiplyExact(a, b) : Fault.NO_OVERLOAD;
      }
      if (left instanceof UnsignedLong a) {
        return right instanceof UnsignedLong b
            ? unsigned(a.bigIntegerValue().multiply(b.bigIntegerValue()))
            : Fault.NO_OVERLOAD;
      }
      if (left instanceof Double a) {
        return right instanceof Double b ? (Object) (a * b) : Fault.NO_OVERLOAD;
      }
      return Fault.noOverload("_*_", left);
    } catch (ArithmeticException e) {
      return OVERFLOW;
    }
  }

  private static Object divide(Object left, Object right) {
    if (left instanceof Double a) {
      return right instanceof Double b ? (Object) (a / b) : Fault.NO_OVERLOAD;
    }
    if (left instanceof Long a && right instanceof Long b) {
      return b == 0
          ? new Fault("division by zero")
          : a == Long.MIN_VALUE && b == -1 ? OVERFLOW : a / b;
    }
    if (left instanceof UnsignedLong a && right instanceof UnsignedLong b) {
      return b.equals(UnsignedLong.ZERO) ? new Fault("division by zero") : a.dividedBy(b);
    }
    return left instanceof Long || left instanceof UnsignedLong
        ? Fault.NO_OVERLOAD
        : Fault.noOverload("_/_", left);
  }

  private static Object modulo(Object left, Object right) {
    if (left instanceof Long a && right instanceof Long b) {
      return b == 0
          ? new Fault("modulus by zero")
          : a == Long.MIN_VALUE && b == -1 ? OVERFLOW : (Object) (a % b);
    }
    if (left instanceof UnsignedLong a && right instanceof UnsignedLong b) {
      return b.equals(UnsignedLong.ZERO) ? new Fault("modulus by zero") : a.mod(b);
    }
    return left instanceof Long || left instanceof UnsignedLong
        ? Fault.NO_OVERLOAD
        : Fault.noOverload("_%_", left);
  }

  private static Object negate(Object value) {
    if (value instanceof Long number) {
      return number == Long.MIN_VALUE ? OVERFLOW : (Object) (-number);
    }
    if (value instanceof Double number) {
      return -number;
    }
    if (value instanceof Duration duration) {
      return duration(duration.negated());
    }
    if (value instanceof Boolean) {
      return Fault.NO_OVERLOAD;
    }
    return Fault.noOverload("-_", value);
  }

  private static Object in(Object wanted, Object container, Meter meter) {
    if (container instanceof List<?> list) {
      return Values.contains(list, wanted, meter);
    }
    if (container instanceof Map<?, ?> map) {
      return Values.member(map, wanted) != null;
    }
    return Fault.NO_OVERLOAD;
  }

  private static Object size(Object value) {
    return value instanceof String
            || value instanceof CelByteString
            || value instanceof List<?>
            || value instanceof Map<?, ?>
        ? (Object) Values.size(value)
        : value instanceof Values.Opaque opaque && opaque.size() > 1
            ? (Object) opaque.size()
            : Fault.noOverload("size", value);
  }

  /** Functions of optional values, and those that the macros of two variables use. */
  static void addTo(Library library) {
    library
        .add("optional_of optional.of T optional<T>", (a, m) -> Optional.of(a[0]))
        .add(
            "optional_ofNonZeroValue optional.ofNonZeroValue T optional<T>",
            (a, m) -> isZero(a[0]) ? Optional.empty() : Optional.of(a[0]))
        .add(
            "duration_to_int64 int duration int",
            (a, m) -> Objects.requireNonNullElse((Object) Values.nanos((Duration) a[0]), OVERFLOW))
        .add("optional_none optional.none  optional<T>", (a, m) -> Optional.empty())
        .add(
            "optional_value .value optional<T> T",
            (a, m) ->
                ((Optional<?>) a[0])
                    .map(each -> (Object) each)
                    .orElseGet(() -> new Fault("optional.none() dereference")))
        .add(
            "optional_hasValue .hasValue optional<T> bool",
            (a, m) -> ((Optional<?>) a[0]).isPresent())
        .add(
            "optional_unwrap optional.unwrap list<optional<T>> list<T>",
            (a, m) -> unwrapped((List<?>) a[0]))
        .add(
            "optional_unwrapOpt .unwrapOpt list<optional<T>> list<T>",
            (a, m) -> unwrapped((List<?>) a[0]))
        .add("list_first .first list<T> optional<T>", (a, m) -> at((List<?>) a[0], 0))
        .add(
            "list_last .last list<T> optional<T>",
            (a, m) -> at((List<?>) a[0], ((List<?>) a[0]).size() - 1))
        .add(
            "optional_or_optional .or optional<T>,optional<T> optional<T>",
            (a, m) -> Fault.NO_OVERLOAD)
        .add("optional_orValue_value .orValue optional<T>,T T", (a, m) -> Fault.NO_OVERLOAD)
        .add("select_optional_field _?._ dyn,string optional<T>", (a, m) -> Fault.NO_OVERLOAD)
        .add(
            "list_optindex_optional_int _[?_] list<T>,int optional<T>", (a, m) -> Fault.NO_OVERLOAD)
        .add(
            "optional_list_optindex_optional_int _[?_] optional<list<T>>,int optional<T>",
            (a, m) -> Fault.NO_OVERLOAD)
        .add(
            "map_optindex_optional_value _[?_] map<U;T>,U optional<T>", (a, m) -> Fault.NO_OVERLOAD)
        .add(
            "optional_map_optindex_optional_value _[?_] optional<map<U;T>>,U optional<T>",
            (a, m) -> Fault.NO_OVERLOAD)
        .add(
            "optional_list_index_int _[_] optional<list<T>>,int optional<T>",
            (a, m) -> Fault.NO_OVERLOAD)
        .add(
            "optional_map_index_value _[_] optional<map<U;T>>,U optional<T>",
            (a, m) -> Fault.NO_OVERLOAD)
        .add(
            "cel_@mapInsert_map_map cel.@mapInsert map<U;T>,map<U;T> map<U;T>",
            (a, m) -> inserted((Map<?, ?>) a[0], (Map<?, ?>) a[1], m))
        .add(
            "cel_@mapInsert_map_key_value cel.@mapInsert map<U;T>,U,T map<U;T>",
            (a, m) -> inserted((Map<?, ?>) a[0], Map.of(a[1], a[2]), m));
  }

  private static Object at(List<?> list, int index) {
    return list.isEmpty() ? Optional.empty() : Optional.of(list.get(index));
  }

  private static Object unwrapped(List<?> list) {
    var values = new ArrayList<Object>();
    for (Object each : list) {
      if (!(each instanceof Optional<?> optional)) {
        return new Fault("value " + Values.printed(each) + " is not optional");
      }
      optional.ifPresent(values::add);
    }
    return values;
  }

  private static boolean isZero(Object value) {
    if (value instanceof Boolean b) {
      return !b;
    }
    if (value instanceof Long number) {
      return number == 0;
    }
    if (value instanceof UnsignedLong number) {
      return number.equals(UnsignedLong.ZERO);
    }
    if (value instanceof Double number) {
      return number == 0;
    }
    if (value instanceof String text) {
      return text.isEmpty();
    }
    if (value instanceof CelByteString bytes) {
      return bytes.isEmpty();
    }
    if (value instanceof List<?> list) {
      return list.isEmpty();
    }
    if (value instanceof Map<?, ?> map) {
      return map.isEmpty();
    }
    if (value instanceof Duration duration) {
      return duration.isZero();
    }
    if (value instanceof dev.cel.common.values.NullValue) {
      return true;
    }
    if (value instanceof Optional<?> optional) {
      return optional.isEmpty() || isZero(optional.get());
    }
    if (value instanceof ObjectValue object) {
      return object.fields().isEmpty();
    }
    return false;
  }

  private static Object inserted(Map<?, ?> map, Map<?, ?> more, Meter meter) {
    Map<Object, Object> into;
    if (map instanceof Fold.GrowingMap growing && growing.grows()) {
      into = growing;
    } else {
      meter.made((long) BYTES_OF_A_MEMBER * map.size());
      into = new java.util.LinkedHashMap<>(map);
    }
    for (Map.Entry<?, ?> entry : more.entrySet()) {
      if (Values.member(into, entry.getKey()) != null) {
        return new Fault(
            "insert failed: key " + Values.printed(entry.getKey()) + " already exists");
      }
      meter.made(BYTES_OF_A_MEMBER);
      into.put(entry.getKey(), entry.getValue());
    }
    return into;
  }
}
