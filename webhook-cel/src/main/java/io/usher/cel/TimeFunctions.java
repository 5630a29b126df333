package io.usher.cel;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parts of times and durations. */
final class TimeFunctions {

  private static final Pattern OFFSET = Pattern.compile("[+-]?[0-9]{1,2}:[0-9]{2}");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final double NANOS = 1e9;
  private static final int DAYS_OF_A_WEEK = 7;

  private TimeFunctions() {}

  private interface Part {
    int of(ZonedDateTime time);
  }

  /** The function; null for what is none. */
  static @Nullable Function of(String name) {
    return switch (name) {
      case "getFullYear" -> part(name, ZonedDateTime::getYear, null);
      case "getMonth" -> part(name, time -> time.getMonthValue() - 1, null);
      case "getDayOfYear" -> part(name, time -> time.getDayOfYear() - 1, null);
      case "getDayOfMonth" -> part(name, time -> time.getDayOfMonth() - 1, null);
      case "getDate" -> part(name, ZonedDateTime::getDayOfMonth, null);
      case "getDayOfWeek" ->
          part(name, time -> time.getDayOfWeek().getValue() % DAYS_OF_A_WEEK, null);
      case "getHours" -> part(name, ZonedDateTime::getHour, Duration::toHours);
      case "getMinutes" -> part(name, ZonedDateTime::getMinute, Duration::toMinutes);
      case "getSeconds" -> part(name, ZonedDateTime::getSecond, TimeFunctions::seconds);
      case "getMilliseconds" -> part(name, time -> time.getNano() / 1_000_000, Duration::toMillis);
      default -> null;
    };
  }

  private static long seconds(Duration duration) {
    return duration.toNanos() / 1_000_000_000L;
  }

  private interface Amount {
    long of(Duration duration);
  }

  private static Function part(String name, Part part, @Nullable Amount amount) {
    return (a, m) -> {
      if (amount != null && a.length == 1 && a[0] instanceof Duration duration) {
        return amount.of(duration);
      }
      if (!(a[0] instanceof Instant time) || a.length > 1 && !(a[1] instanceof String)) {
        return new Fault("no such overload: " + name + "(" + types(a) + ")");
      }
      String zone = a.length > 1 ? (String) a[1] : "UTC";
      try {
        return (long) part.of(time.atZone(zone(zone)));
      } catch (DateTimeException e) {
        return new Fault("unknown time zone " + zone);
      }
    };
  }

  static String types(Object[] values) {
    var types = new StringBuilder();
    for (Object value : values) {
      types.append(types.isEmpty() ? "" : ", ").append(Values.typeName(value));
    }
    return types.toString();
  }

  private static ZoneId zone(String zone) {
    if (!OFFSET.matcher(zone).matches()) {
      return zone.isEmpty() ? ZoneOffset.UTC : ZoneId.of(zone);
    }
    int colon = zone.indexOf(':');
    int hours = Integer.parseInt(zone.substring(0, colon));
    int minutes = Integer.parseInt(zone.substring(colon + 1));
    int sign = zone.startsWith("-") ? -1 : 1;
    return ZoneOffset.ofHoursMinutes(hours, sign * minutes);
  }

  /** {@code 2026-01-02T03:04:05.5Z}. */
  static String text(Instant time) {
    String fraction = time.getNano() == 0 ? "" : digits(time.getNano());
    return SECONDS.format(time) + fraction + "Z";
  }

  private static String digits(int nanos) {
    return String.format(Locale.ROOT, ".%09d", nanos).replaceAll("0+$", "");
  }

  /** {@code 5400s}. */
  static String text(Duration duration) {
    double seconds =
        duration.toNanos() / 1_000_000_000L + duration.toNanos() % 1_000_000_000L / NANOS;
    return seconds == 0
        ? "0s"
        : new BigDecimal(Double.toString(seconds)).stripTrailingZeros().toPlainString() + "s";
  }
}
