package io.usher.cel;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as Go writes and reads them: {@code 1h30m}. */
final class GoDurations {

  private static final int MAX_LENGTH = 200;

  private static final Pattern PART =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");

  private static final Map<String, Long> NANOS =
      Map.of(
          "ns",
          1L,
          "us",
          1_000L,
          "µs",
          1_000L,
          "μs",
          1_000L,
          "ms",
          1_000_000L,
          "s",
          1_000_000_000L,
          "m",
          60_000_000_000L,
          "h",
          3_600_000_000_000L);

  private GoDurations() {}

  /** Null for what is none. */
  static @Nullable Duration parse(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    if (text.substring(start).equals("0")) {
      return Duration.ZERO;
    }
    var part = PART.matcher(text);
    var nanos = BigDecimal.ZERO;
    int end = start;
    while (part.find() && part.start() == end) {
      long unit = Objects.requireNonNull(NANOS.get(part.group(2)));
      String number = part.group(1);
      nanos =
          nanos.add(
              new BigDecimal(number.endsWith(".") ? number + '0' : number)
                  .multiply(BigDecimal.valueOf(unit)));
      end = part.end();
    }
    if (end == start || end != text.length()) {
      return null;
    }
    var whole = nanos.toBigInteger();
    if (whole.bitLength() > 63) {
      return null;
    }
    return Duration.ofNanos(text.startsWith("-") ? -whole.longValue() : whole.longValue());
  }
}
