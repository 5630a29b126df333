package io.usher.apiserver.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A media type with its parameters.
 *
 * @param name {@code application/json}, in lower case
 * @param parameters by their names in lower case
 */
public record MediaType(String name, Map<String, String> parameters) {

  /** Reads one, as leniently as it goes. */
  public static MediaType parse(String text) {
    String[] parts = text.split(";");
    var parameters = new TreeMap<String, String>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        String value = parts[i].substring(equals + 1).strip();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        parameters.put(
            parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT),
            quoted ? value.substring(1, value.length() - 1) : value);
      }
    }
    return new MediaType(parts[0].strip().toLowerCase(Locale.ROOT), parameters);
  }

  /** A parameter, or empty. */
  public String parameter(String parameter) {
    return parameters.getOrDefault(parameter, "");
  }

  /** The types of the Accept headers, the most wanted first. */
  public static List<MediaType> accepted(Headers headers) {
    var types = new ArrayList<MediaType>();
    for (String header : headers.all("Accept")) {
      for (String each : header.split(",")) {
        types.add(parse(each));
      }
    }
    types.sort(Comparator.comparingDouble(MediaType::quality).reversed());
    return types;
  }

  private double quality() {
    try {
      return parameters.containsKey("q") ? Double.parseDouble(parameter("q")) : 1;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
