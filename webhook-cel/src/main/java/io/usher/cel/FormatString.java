package io.usher.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.types.CelType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code format}: texts with clauses, {@code %s} and {@code %.2f}. */
final class FormatString {

  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  private static final int DEFAULT_PRECISION = 6;

  /** Go prints no more. */
  private static final int MAX_PRECISION = 1000;

  private static final String STRING =
      "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types,"
          + " durations, and timestamps, was given ";

  private static final String DECIMAL = "decimal clause can only be used on integers, was given ";

  private static final String FIXED = "fixed-point clause can only be used on doubles, was given ";

  private static final String SCIENTIFIC =
      "scientific clause can only be used on doubles, was given ";

  private static final String BINARY =
      "only integers and bools can be formatted as binary, was given ";

  private static final String OCTAL = "octal clause can only be used on integers, was given ";

  private static final String HEX =
      "only integers, byte buffers, and strings can be formatted as hex, was given ";

  private static final String ALL =
      "list map int uint double bool string google.protobuf.Timestamp bytes"
          + " google.protobuf.Duration type null_type";

  private FormatString() {}

  /** What is wrong with a clause or its argument. */
  private static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  /** A clause of a format: a letter, and the digits after the point; null for none. */
  record Clause(char letter, @Nullable Integer precision) {}

  /** What reads a format. */
  interface Reader {
    void text(String text);

    /** Null when it is well. */
    @Nullable String clause(Clause clause, int argument);
  }

  static Object format(String format, List<?> arguments, Meter meter) {
    var result = new StringBuilder();
    String problem =
        read(
            format,
            arguments.size(),
            new Reader() {
              @Override
              public void text(String text) {
                result.append(text);
              }

              @Override
              public @Nullable String clause(Clause clause, int argument) {
                try {
                  String text = formatted(clause, arguments.get(argument), meter);
                  StringFunctions.made(text, meter);
                  result.append(text);
                  return null;
                } catch (Wrong e) {
                  return "error during formatting: " + e.getMessage();
                }
              }
            });
    return problem == null ? StringFunctions.made(result.toString(), meter) : new Fault(problem);
  }

  /** Reads a format; null when it is well, and what is wrong else. */
  static @Nullable String read(String format, int arguments, Reader reader) {
    int argument = 0;
    int at = 0;
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      if (percent < 0) {
        reader.text(format.substring(at));
        return null;
      }
      reader.text(format.substring(at, percent));
      if (percent + 1 < format.length() && format.charAt(percent + 1) == '%') {
        reader.text("%");
        at = percent + 2;
        continue;
      }
      if (argument >= arguments) {
        return "index " + argument + " out of range";
      }
      at = percent + 1;
      if (at >= format.length()) {
        return "unexpected end of string";
      }
      Integer precision = null;
      if (format.charAt(at) == '.') {
        int start = ++at;
        while (at < format.length() && Character.isDigit(format.charAt(at))) {
          at++;
        }
        if (at >= format.length()) {
          return "could not parse formatting clause: error while parsing precision: could not find end"
              + " of precision specifier";
        }
        try {
          precision =
              at == start
                  ? 0
                  : Math.min(MAX_PRECISION, Integer.parseInt(format.substring(start, at)));
        } catch (NumberFormatException e) {
          precision = MAX_PRECISION;
        }
      }
      char letter = format.charAt(at++);
      if ("sdfeboxX".indexOf(letter) < 0) {
        return "could not parse formatting clause: unrecognized formatting clause \""
            + letter
            + "\"";
      }
      String problem = reader.clause(new Clause(letter, precision), argument++);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static String formatted(Clause clause, Object value, Meter meter) throws Wrong {
    meter.step();
    int digits = clause.precision() == null ? DEFAULT_PRECISION : clause.precision();
    return switch (clause.letter()) {
      case 's' -> text(value, meter);
      case 'd' -> decimal(value);
      case 'f' -> fixed(value, digits);
      case 'e' -> scientific(value, digits);
      case 'b' -> radix(value, 2);
      case 'o' -> radix(value, 8);
      case 'x' -> hex(value);
      default -> hex(value).toUpperCase(Locale.ROOT);
    };
  }

  private static String text(Object value, Meter meter) throws Wrong {
    if (value instanceof List<?> list) {
      return list(list, meter);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, meter);
    }
    if (value instanceof NullValue) {
      return "null";
    }
    if (value instanceof CelByteString bytes) {
      return bytes.toStringUtf8();
    }
    if (value instanceof Values.TypeValue type) {
      return type.name();
    }
    if (value instanceof Long l) {
      return String.valueOf(l);
    }
    if (value instanceof UnsignedLong u) {
      return u.toString();
    }
    if (value instanceof Double d) {
      return GoNumbers.shortest(d);
    }
    if (value instanceof Boolean b) {
      return String.valueOf(b);
    }
    if (value instanceof String s) {
      return s;
    }
    if (value instanceof Instant i) {
      return TimeFunctions.text(i);
    }
    if (value instanceof Duration d) {
      return TimeFunctions.text(d);
    }
    throw new Wrong(STRING + Values.typeName(value));
  }

  /** Counts a part when it is there: what is in a list may be there many times. */
  private static String made(Object value, Meter meter) throws Wrong {
    String part = part(value, meter);
    StringFunctions.made(part, meter);
    return part;
  }

  /** As a part of a list or a map. */
  private static String part(Object value, Meter meter) throws Wrong {
    meter.step();
    if (value instanceof String text) {
      return quoted(text);
    }
    if (value instanceof CelByteString bytes) {
      return "b" + quoted(bytes.toStringUtf8());
    }
    if (value instanceof Instant time) {
      return "timestamp(" + quoted(TimeFunctions.text(time)) + ")";
    }
    if (value instanceof Duration time) {
      return "duration(" + quoted(TimeFunctions.text(time)) + ")";
    }
    if (value instanceof Double number) {
      return Double.isNaN(number) || Double.isInfinite(number)
          ? quoted(special(number))
          : GoNumbers.fixed(number, DEFAULT_PRECISION);
    }
    if (value instanceof Values.Opaque opaque) {
      throw new Wrong("no formatting function for " + opaque.typeName());
    }
    if (value instanceof java.util.Optional<?>) {
      throw new Wrong("no formatting function for optional_type");
    }
    return text(value, meter);
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                  if (c < ' ') {
                    quoted.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
                  } else {
                    quoted.appendCodePoint(c);
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }

  private static String list(List<?> list, Meter meter) throws Wrong {
    var text = new StringBuilder("[");
    for (Object each : list) {
      text.append(text.length() > 1 ? ", " : "").append(made(each, meter));
    }
    return text.append(']').toString();
  }

  private static String map(Map<?, ?> map, Meter meter) throws Wrong {
    var parts = new TreeMap<String, String>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object key = entry.getKey();
      if (!(key instanceof String
          || key instanceof Boolean
          || key instanceof Long
          || key instanceof UnsignedLong)) {
        throw new Wrong("no formatting function for map key of type " + Values.typeName(key));
      }
      parts.put(made(key, meter), made(entry.getValue(), meter));
    }
    var text = new StringBuilder("{");
    parts.forEach(
        (key, value) ->
            text.append(text.length() > 1 ? ", " : "").append(key).append(':').append(value));
    return text.append('}').toString();
  }

  private static String decimal(Object value) throws Wrong {
    if (value instanceof Long || value instanceof UnsignedLong) {
      return value.toString();
    }
    throw new Wrong(DECIMAL + Values.typeName(value));
  }

  private static @Nullable Double number(Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if (value instanceof String text) {
      return switch (text) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> null;
      };
    }
    return null;
  }

  private static String special(double number) {
    return Double.isNaN(number) ? "NaN" : number > 0 ? "∞" : "-∞";
  }

  private static String fixed(Object value, int digits) throws Wrong {
    Double number = number(value);
    if (number == null) {
      throw new Wrong(FIXED + Values.typeName(value));
    }
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return special(number);
    }
    String plain = GoNumbers.fixed(number, digits);
    int point = plain.indexOf('.');
    String whole = point < 0 ? plain : plain.substring(0, point);
    // English thousands.
    String grouped = whole.replaceAll("(?<=\\d)(?=(\\d{3})+$)", ",");
    return grouped + (point < 0 ? "" : plain.substring(point));
  }

  private static String scientific(Object value, int digits) throws Wrong {
    Double number = number(value);
    if (number == null) {
      throw new Wrong(SCIENTIFIC + Values.typeName(value));
    }
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return special(number);
    }
    String text = GoNumbers.scientific(number, digits);
    int e = text.indexOf('e');
    // As the English locale of golang.org/x/text writes it.
    return text.substring(0, e) + "×10" + superscript(text.substring(e + 1));
  }

  private static String superscript(String exponent) {
    var text = new StringBuilder();
    for (char c : exponent.toCharArray()) {
      if (c != '+') {
        text.append(c == '-' ? '⁻' : SUPERSCRIPTS.charAt(c - '0'));
      }
    }
    return text.toString();
  }

  private static String radix(Object value, int radix) throws Wrong {
    if (value instanceof Long number) {
      return Long.toString(number, radix);
    }
    if (value instanceof UnsignedLong number) {
      return number.toString(radix);
    }
    if (radix == 2 && value instanceof Boolean bit) {
      return bit ? "1" : "0";
    }
    throw new Wrong((radix == 2 ? BINARY : OCTAL) + Values.typeName(value));
  }

  private static String hex(Object value) throws Wrong {
    if (value instanceof Long number) {
      return Long.toString(number, 16);
    }
    if (value instanceof UnsignedLong number) {
      return number.toString(16);
    }
    if (value instanceof String text) {
      return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
    if (value instanceof CelByteString bytes) {
      return HexFormat.of().formatHex(bytes.toByteArray());
    }
    throw new Wrong(HEX + Values.typeName(value));
  }

  /** Why a clause does not take a type that is known before; null when it does. */
  static @Nullable String refused(char letter, CelType type) {
    String name = type.name();
    return switch (type.kind()) {
      case DYN, ANY, TYPE_PARAM -> null;
      default -> {
        String taken =
            switch (letter) {
              case 's' -> ALL;
              case 'd', 'o' -> "int uint";
              case 'f', 'e' -> "double string";
              case 'b' -> "int uint bool";
              default -> "int uint string bytes";
            };
        yield List.of(taken.split(" ")).contains(name)
            ? null
            : switch (letter) {
              case 's' -> STRING + name;
              case 'd' -> DECIMAL + name;
              case 'f' -> FIXED + name;
              case 'e' -> SCIENTIFIC + name;
              case 'b' -> BINARY + name;
              case 'o' -> OCTAL + name;
              default -> HEX + name;
            };
      }
    };
  }
}
