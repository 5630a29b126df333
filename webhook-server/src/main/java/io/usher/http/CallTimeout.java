package io.usher.http;

import io.usher.config.GoDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The {@code timeout} of a call's query. */
final class CallTimeout {

  private static final String KEY = "timeout=";

  private CallTimeout() {}

  /**
   * The lesser of what the query says and the route's own.
   *
   * @throws IllegalArgumentException when the query's value is no Go duration above zero
   */
  static Duration of(@Nullable String query, Duration ofRoute) {
    if (query == null) {
      return ofRoute;
    }
    for (int start = 0; start < query.length(); ) {
      int end = query.indexOf('&', start);
      end = end < 0 ? query.length() : end;
      if (query.startsWith(KEY, start)) {
        String text = query.substring(start + KEY.length(), end);
        var asked = GoDuration.parse(text);
        if (asked.isZero() || asked.isNegative()) {
          throw new IllegalArgumentException("\"" + text + "\" is no time to wait");
        }
        return asked.compareTo(ofRoute) < 0 ? asked : ofRoute;
      }
      start = end + 1;
    }
    return ofRoute;
  }
}
