package io.usher.http;

import io.usher.config.GoDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time of a call: what its query's {@code timeout} asks for, a second at least, up to what the
 * server grants.
 *
 * @param asked by the call
 * @param granted to it
 */
record CallTimeout(Duration asked, Duration granted) {

  private static final String KEY = "timeout=";

  /**
   * The least that an API server asks for, which rounds up to seconds. Whoever asks for less gets
   * it all the same: in less time any rule would be late.
   */
  private static final Duration LEAST = Duration.ofSeconds(1);

  /**
   * Reads it.
   *
   * @param query of the call
   * @param otherwise what a call has that asks for nothing
   * @param max the most that is granted
   * @throws IllegalArgumentException when the query's value is no Go duration above zero
   */
  static CallTimeout of(@Nullable String query, Duration otherwise, Duration max) {
    var asked = query == null ? null : asked(query);
    var wanted = asked == null ? otherwise : asked.compareTo(LEAST) < 0 ? LEAST : asked;
    return new CallTimeout(wanted, wanted.compareTo(max) < 0 ? wanted : max);
  }

  /** Whether the call gets less than it asks for. */
  boolean limited() {
    return granted.compareTo(asked) < 0;
  }

  /** For the message of a call that ran out of time because of that. */
  String explanation() {
    return " (the call allows "
        + asked.toMillis()
        + " ms; the server's setting max-timeout grants "
        + granted.toMillis()
        + " ms)";
  }

  private static @Nullable Duration asked(String query) {
    for (int start = 0; start < query.length(); ) {
      int end = query.indexOf('&', start);
      end = end < 0 ? query.length() : end;
      if (query.startsWith(KEY, start)) {
        return parse(query.substring(start + KEY.length(), end));
      }
      start = end + 1;
    }
    return null;
  }

  private static Duration parse(String text) {
    Duration asked;
    try {
      asked = GoDuration.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("timeout: " + e.getMessage(), e);
    }
    if (asked.isZero() || asked.isNegative()) {
      throw new IllegalArgumentException(
          "timeout: \"" + text + "\" must be greater than zero; write 10s, for example");
    }
    return asked;
  }
}
