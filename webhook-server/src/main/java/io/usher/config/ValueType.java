package io.usher.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the values of a setting are: how one is written, and which ones are allowed. Both throw
 * {@link IllegalArgumentException} with a text that can follow the setting's name.
 *
 * @param parser of a text; its result is checked, too
 * @param check of a value, whoever made it
 */
public record ValueType<T>(Function<String, T> parser, Consumer<T> check) {

  private static final Map<String, Integer> UNITS = Map.of("Ki", 10, "Mi", 20, "Gi", 30);

  /** A text that isn't blank. */
  public static final ValueType<String> TEXT =
      new ValueType<>(
          Function.identity(),
          text -> {
            if (text.isBlank()) {
              throw new IllegalArgumentException("the value is empty");
            }
          });

  /** A path of the file system. */
  public static final ValueType<Path> PATH =
      new ValueType<>(
          Path::of,
          path -> {
            if (path.toString().isBlank()) {
              throw new IllegalArgumentException("the path is empty");
            }
          });

  /** {@code true} or {@code false}. */
  public static final ValueType<Boolean> TRUTH = new ValueType<>(ValueType::truth, value -> {});

  /** A duration of zero or more. */
  public static final ValueType<Duration> DURATION =
      new ValueType<>(GoDuration::parse, ValueType::checkDuration);

  /** A duration above zero. */
  public static final ValueType<Duration> POSITIVE_DURATION =
      new ValueType<>(
          GoDuration::parse,
          duration -> {
            checkDuration(duration);
            if (duration.isZero()) {
              throw new IllegalArgumentException("a duration must be greater than zero");
            }
          });

  /** Bytes as Kubernetes writes quantities, {@code 8Mi}: 1 to 2Gi. */
  public static final ValueType<Integer> BYTES =
      new ValueType<>(
          ValueType::bytes,
          value -> {
            if (value <= 0) {
              throw new IllegalArgumentException(value + " is not within 1 to 2Gi");
            }
          });

  /** A whole number within these bounds. */
  public static ValueType<Integer> number(int least, int most) {
    return new ValueType<>(
        ValueType::integer,
        value -> {
          if (value < least || value > most) {
            throw new IllegalArgumentException(value + " is not within " + least + " to " + most);
          }
        });
  }

  /** One of these words. */
  public static ValueType<String> oneOf(String... words) {
    return new ValueType<>(
        Function.identity(),
        text -> {
          if (!List.of(words).contains(text)) {
            throw new IllegalArgumentException(text + " is not one of " + String.join(", ", words));
          }
        });
  }

  T parse(String text) {
    T value = parser.apply(text);
    check.accept(value);
    return value;
  }

  void check(T value) {
    check.accept(value);
  }

  private static Integer integer(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(text + " is not a whole number", e);
    }
  }

  private static Integer bytes(String text) {
    int shift = 0;
    String digits = text;
    for (var unit : UNITS.entrySet()) {
      if (text.endsWith(unit.getKey())) {
        shift = unit.getValue();
        digits = text.substring(0, text.length() - 2);
      }
    }
    try {
      return Math.toIntExact(Math.multiplyExact(Long.parseLong(digits), 1L << shift));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(text + " is not a size like 8Mi", e);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(text + " is not within 1 to 2Gi", e);
    }
  }

  private static void checkDuration(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a duration must not be below zero");
    }
  }

  private static Boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text + " is neither true nor false");
    };
  }
}
