package io.usher.apiserver.proxy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Paths and queries as Go's {@code path} and {@code net/url} write them. */
final class GoUrls {

  private static final String UNRESERVED = "-_.~";
  private static final String IN_PATHS = UNRESERVED + "$&+,/:;=@";

  private GoUrls() {}

  /** A path that is encoded. */
  static String path(String decoded) {
    return encoded(decoded, IN_PATHS);
  }

  /** Parameters that are encoded, by name. */
  static String query(SortedMap<String, List<String>> parameters) {
    var query = new StringBuilder();
    parameters.forEach(
        (name, values) ->
            values.forEach(
                value ->
                    query
                        .append(query.isEmpty() ? "" : "&")
                        .append(parameter(name))
                        .append('=')
                        .append(parameter(value))));
    return query.toString();
  }

  private static String parameter(String text) {
    return encoded(text, UNRESERVED + ' ').replace(' ', '+');
  }

  private static String encoded(String text, String asTheyAre) {
    var encoded = new StringBuilder();
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || asTheyAre.indexOf(c) >= 0;
      if (plain) {
        encoded.append(c);
      } else {
        encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return encoded.toString();
  }

  /** A path without {@code .}, {@code ..} and double slashes; a slash at its end stays. */
  static String cleaned(String path) {
    var segments = new ArrayDeque<String>();
    for (String segment : path.split("/")) {
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    if (path.isEmpty()) {
      return "";
    }
    String cleaned = '/' + String.join("/", segments);
    return path.endsWith("/") && !cleaned.endsWith("/") ? cleaned + '/' : cleaned;
  }
}
