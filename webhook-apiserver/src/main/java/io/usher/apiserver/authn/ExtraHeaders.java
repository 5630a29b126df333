package io.usher.apiserver.authn;

import io.usher.apiserver.api.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The {@code extra} of a user, a header a key. */
final class ExtraHeaders {

  private ExtraHeaders() {}

  /**
   * Values by their keys.
   *
   * @param prefix of the headers' names, in lower case
   */
  static Map<String, List<String>> read(Headers headers, String prefix) {
    var extra = new TreeMap<String, List<String>>();
    headers
        .asMap()
        .forEach(
            (header, values) -> {
              String name = header.toLowerCase(Locale.ROOT);
              if (name.startsWith(prefix)) {
                String key = unescaped(name.substring(prefix.length()));
                extra.computeIfAbsent(key, each -> new ArrayList<>()).addAll(values);
              }
            });
    return extra;
  }

  /** Decodes percent signs; what can't be decoded stays as it is. */
  private static String unescaped(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return key;
    }
  }
}
