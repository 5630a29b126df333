package io.usher.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Durations as Go and so all of Kubernetes writes them: {@code 10s}, {@code 1m0s}, {@code 1.5h}.
 */
public final class GoDuration {

  private static final Pattern PART =
      Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

  /** Longer than any duration that someone means; a longer text is not looked at. */
  private static final int MAX_LENGTH = 40;

  private GoDuration() {}

  /**
   * Reads what Go's {@code time.ParseDuration} reads.
   *
   * @throws IllegalArgumentException when the text is no duration, or one above 292 years
   */
  public static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    String parts = negative || text.startsWith("+") ? text.substring(1) : text;
    if (parts.equals("0")) {
      return Duration.ZERO;
    }
    if (parts.isEmpty() || parts.length() > MAX_LENGTH) {
      throw notOne(text);
    }
    var matcher = PART.matcher(parts);
    var nanos = BigDecimal.ZERO;
    int at = 0;
    while (at < parts.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw notOne(text);
      }
      nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(unit(matcher.group(2))));
      at = matcher.end();
    }
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw notOne(text);
    }
    return Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue());
  }

  private static BigDecimal unit(String name) {
    return BigDecimal.valueOf(
        switch (name) {
          case "ns" -> 1L;
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> 1_000L;
        });
  }

  private static IllegalArgumentException notOne(String text) {
    String shown = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    return new IllegalArgumentException("\"" + shown + "\" is no duration like 10s or 1m30s");
  }
}
