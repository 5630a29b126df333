package io.usher.apiserver.api;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a URL. Immutable. */
public final class QueryParameters {

  /** No parameters. */
  public static final QueryParameters NONE = new QueryParameters("", Map.of());

  private final String encoded;
  private final Map<String, List<String>> values;

  private QueryParameters(String encoded, Map<String, List<String>> values) {
    this.encoded = encoded;
    this.values = values;
  }

  /**
   * Reads what is behind the question mark. As Go's {@code net/url}, a pair that can't be decoded
   * is left out.
   *
   * @param query still encoded; empty for none
   */
  public static QueryParameters parse(String query) {
    if (query.isEmpty()) {
      return NONE;
    }
    var values = new LinkedHashMap<String, List<String>>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      try {
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        if (!pair.isEmpty() && pair.indexOf(';') < 0) {
          values.computeIfAbsent(name, absent -> new ArrayList<>(1)).add(value);
        }
      } catch (IllegalArgumentException e) {
        continue;
      }
    }
    return new QueryParameters(query, Collections.unmodifiableMap(values));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** All of it, as it came. */
  public String encoded() {
    return encoded;
  }

  /** The first value, empty when the parameter is absent. */
  public String first(String name) {
    List<String> all = values.get(name);
    return all == null ? "" : all.get(0);
  }

  /** Every value, none when the parameter is absent. */
  public List<String> all(String name) {
    return Collections.unmodifiableList(values.getOrDefault(name, List.of()));
  }

  /** Whether the parameter is there. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Whether the parameter is there with any value but {@code 0} and {@code false}. */
  public boolean isTrue(String name) {
    if (!has(name)) {
      return false;
    }
    String value = first(name);
    return !value.equals("0") && !value.equalsIgnoreCase("false");
  }

  /** The parameters, encoded again: what was left out while reading is missing. */
  @Override
  public String toString() {
    var query = new StringBuilder();
    values.forEach(
        (name, all) ->
            all.forEach(
                value ->
                    query
                        .append(query.isEmpty() ? "" : "&")
                        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8))));
    return query.toString();
  }
}
