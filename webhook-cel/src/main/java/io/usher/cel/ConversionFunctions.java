package io.usher.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Conversions of types: {@code int("1")}. Those of constants are made when they are compiled. */
final class ConversionFunctions {

  private static final Set<String> NAMES =
      Set.of(
          "bool",
          "bytes",
          "double",
          "duration",
          "dyn",
          "int",
          "string",
          "timestamp",
          "type",
          "uint");

  private static final Fault OVERFLOW = new Fault("integer overflow");
  private static final Fault UNSIGNED_OVERFLOW = new Fault("unsigned integer overflow");
  private static final Pattern FLOAT =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern TIMESTAMP =
      Pattern.compile(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})");
  private static final double TWO_TO_63 = 0x1p63;
  private static final double TWO_TO_64 = 0x1p64;
  private static final int MAX_DIGITS = 400;

  private ConversionFunctions() {}

  static boolean isConversion(String name) {
    return NAMES.contains(name);
  }

  /** The conversion; null for what is none. */
  static @Nullable Function of(String name) {
    return switch (name) {
      case "dyn" -> (a, m) -> a[0];
      case "type" -> (a, m) -> new Values.TypeValue(Values.typeName(a[0]));
      case "bool" -> (a, m) -> orFault(name, "bool", a[0], bool(a[0]));
      case "bytes" -> (a, m) -> orFault(name, "bytes", a[0], bytes(a[0], m));
      case "double" -> (a, m) -> orFault(name, "double", a[0], number(a[0]));
      case "duration" -> (a, m) -> orFault(name, "google.protobuf.Duration", a[0], duration(a[0]));
      case "int" -> (a, m) -> orFault(name, "int", a[0], integer(a[0]));
      case "string" -> (a, m) -> orFault(name, "string", a[0], text(a[0], m));
      case "timestamp" -> (a, m) -> orFault(name, "google.protobuf.Timestamp", a[0], time(a[0]));
      case "uint" -> (a, m) -> orFault(name, "uint", a[0], unsigned(a[0]));
      default -> null;
    };
  }

  /** A text that is not of the form can't be converted; a value of another type has no overload. */
  private static Object orFault(String name, String type, Object from, @Nullable Object to) {
    if (to != null) {
      return to;
    }
    return from instanceof String || name.equals("duration") && from instanceof Long
        ? new Fault("type conversion error from '" + Values.typeName(from) + "' to '" + type + "'")
        : new Fault("no such overload: " + name + "(" + Values.typeName(from) + ")");
  }

  private static @Nullable Object bool(Object value) {
    if (value instanceof String text) {
      return switch (text) {
        case "1", "t", "T", "true", "TRUE", "True" -> true;
        case "0", "f", "F", "false", "FALSE", "False" -> false;
        default -> null;
      };
    }
    return value instanceof Boolean ? value : null;
  }

  private static @Nullable Object bytes(Object value, Meter meter) {
    if (value instanceof String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      meter.made(bytes.length);
      return CelByteString.of(bytes);
    }
    return value instanceof CelByteString ? value : null;
  }

  private static @Nullable Object number(Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof Long number) {
      return (double) number;
    }
    if (value instanceof UnsignedLong number) {
      return number.doubleValue();
    }
    if (value instanceof String text) {
      return number(text);
    }
    return null;
  }

  private static @Nullable Object number(String text) {
    if (text.length() <= MAX_DIGITS && FLOAT.matcher(text).matches()) {
      double number = Double.parseDouble(text);
      return Double.isInfinite(number) ? null : (Object) number;
    }
    String unsigned = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
    boolean infinite = unsigned.equalsIgnoreCase("inf") || unsigned.equalsIgnoreCase("infinity");
    if (infinite) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return text.equalsIgnoreCase("nan") ? (Object) Double.NaN : null;
  }

  private static @Nullable Object duration(Object value) {
    return value instanceof String text
        ? GoDurations.parse(text)
        : value instanceof Duration ? value : null;
  }

  private static @Nullable Object integer(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof UnsignedLong number) {
      return number.bigIntegerValue().bitLength() < Long.SIZE
          ? (Object) number.longValue()
          : OVERFLOW;
    }
    if (value instanceof Double number) {
      return Math.abs(number) < TWO_TO_63 && number > -TWO_TO_63
          ? (Object) (long) (double) number
          : OVERFLOW;
    }
    if (value instanceof String text) {
      return parsed(text);
    }
    if (value instanceof Instant time) {
      return time.getEpochSecond();
    }
    if (value instanceof Duration duration) {
      return Values.nanos(duration);
    }
    return null;
  }

  private static @Nullable Object parsed(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Object unsigned(Object value) {
    if (value instanceof UnsignedLong number) {
      return number;
    }
    if (value instanceof Long number) {
      return number < 0 ? UNSIGNED_OVERFLOW : UnsignedLong.valueOf(number);
    }
    if (value instanceof Double number) {
      return number >= 0 && number < TWO_TO_64
          ? UnsignedLong.valueOf(new BigDecimal(number).toBigInteger())
          : UNSIGNED_OVERFLOW;
    }
    if (value instanceof String text) {

      try {
        return text.startsWith("+") ? null : UnsignedLong.valueOf(text);
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }

  private static @Nullable Object text(Object value, Meter meter) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Boolean b) {
      return b.toString();
    }
    if (value instanceof Long number) {
      return number.toString();
    }
    if (value instanceof UnsignedLong number) {
      return number.toString();
    }
    if (value instanceof Double number) {
      return GoNumbers.shortest(number);
    }
    if (value instanceof Instant time) {
      return TimeFunctions.text(time);
    }
    if (value instanceof Duration duration) {
      return TimeFunctions.text(duration);
    }
    if (value instanceof CelByteString bytes) {
      return StringFunctions.made(decoded(bytes), meter);
    }
    if (value instanceof AddressFunctions.Address address) {
      return address.text();
    }
    if (value instanceof AddressFunctions.Network network) {
      return network.text();
    }
    return null;
  }

  private static Object decoded(CelByteString bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      return new Fault("invalid UTF-8 in bytes, cannot convert to string");
    }
  }

  private static @Nullable Object time(Object value) {
    if (value instanceof Instant time) {
      return time;
    }
    if (value instanceof Long seconds) {
      return inRange(Instant.ofEpochSecond(bounded(seconds)));
    }
    if (value instanceof String text) {

      if (!TIMESTAMP.matcher(text).matches()) {
        return null;
      }
      try {
        return inRange(OffsetDateTime.parse(text.replace(',', '.')).toInstant());
      } catch (DateTimeException e) {
        return null;
      }
    }
    return null;
  }

  private static long bounded(long seconds) {
    return Math.max(Instant.MIN.getEpochSecond(), Math.min(Instant.MAX.getEpochSecond(), seconds));
  }

  private static Object inRange(Instant time) {
    return Values.isInRange(time) ? time : new Fault("timestamp overflow");
  }
}
