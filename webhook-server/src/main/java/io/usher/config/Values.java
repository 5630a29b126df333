package io.usher.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How values are written. Each parser throws with a text that can follow the key's name. */
final class Values {

  private static final Map<String, Integer> UNITS = Map.of("Ki", 10, "Mi", 20, "Gi", 30);

  private Values() {}

  static Function<String, Integer> number(int least, int most) {
    return text -> {
      try {
        int value = Integer.parseInt(text);
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        throw wrong(text, "a whole number", e);
      }
      throw new IllegalArgumentException(text + " is not within " + least + " to " + most);
    };
  }

  /** Bytes as Kubernetes writes quantities: {@code 8Mi}. */
  static Integer bytes(String text) {
    int shift = 0;
    String digits = text;
    for (var unit : UNITS.entrySet()) {
      if (text.endsWith(unit.getKey())) {
        shift = unit.getValue();
        digits = text.substring(0, text.length() - 2);
      }
    }
    try {
      long value = Math.multiplyExact(Long.parseLong(digits), 1L << shift);
      if (value > 0 && value <= Integer.MAX_VALUE) {
        return (int) value;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw wrong(text, "a size like 8Mi", e);
    }
    throw new IllegalArgumentException(text + " is not within 1 to 2Gi");
  }

  static Duration duration(String text) {
    var value = GoDuration.parse(text);
    if (value.isNegative()) {
      throw new IllegalArgumentException(text + " is below zero");
    }
    return value;
  }

  static Duration positive(String text) {
    var value = duration(text);
    if (value.isZero()) {
      throw new IllegalArgumentException(text + " is no time at all");
    }
    return value;
  }

  static Boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text + " is neither true nor false");
    };
  }

  static Path path(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the path is empty");
    }
    return Path.of(text);
  }

  static String text(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the value is empty");
    }
    return text;
  }

  static Function<String, String> oneOf(String... words) {
    return text -> {
      if (!List.of(words).contains(text)) {
        throw new IllegalArgumentException(text + " is not one of " + String.join(", ", words));
      }
      return text;
    };
  }

  private static IllegalArgumentException wrong(String text, String wanted, Exception cause) {
    return new IllegalArgumentException(text + " is not " + wanted, cause);
  }
}
