package io.usher.apiserver.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** HTTP headers, whose names have no case. Immutable. */
public final class Headers {

  /** No headers. */
  public static final Headers NONE = new Headers(Map.of());

  private static final List<String> HOP_BY_HOP =
      List.of(
          "Connection",
          "Keep-Alive",
          "Proxy-Authenticate",
          "Proxy-Authorization",
          "Proxy-Connection",
          "TE",
          "Trailer",
          "Transfer-Encoding",
          "Upgrade");

  private final Map<String, List<String>> values;

  private Headers(Map<String, List<String>> values) {
    var copy = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    values.forEach((name, each) -> copy.put(name, List.copyOf(each)));
    this.values = Collections.unmodifiableMap(copy);
  }

  /** Each name with its values, one for each line. */
  public static Headers of(Map<String, List<String>> values) {
    return new Headers(values);
  }

  /** The same with one more; a header of this name that is there already stays as it is. */
  public Headers withDefault(String name, String value) {
    if (values.containsKey(name)) {
      return this;
    }
    var more = new TreeMap<>(values);
    more.put(name, List.of(value));
    return new Headers(more);
  }

  /** The same with these, where they are not there already. */
  public Headers withDefaults(Map<String, String> defaults) {
    if (defaults.isEmpty()) {
      return this;
    }
    var more = new TreeMap<>(values);
    defaults.forEach((name, value) -> more.putIfAbsent(name, List.of(value)));
    return new Headers(more);
  }

  /** The same with these values for a name, in place of those that are there. */
  public Headers with(String name, String... others) {
    var more = new TreeMap<>(values);
    more.put(name, List.of(others));
    return new Headers(more);
  }

  /** The same with the values of others behind those that are there. */
  public Headers plus(Headers others) {
    var more = new TreeMap<>(values);
    others.values.forEach(
        (name, added) ->
            more.merge(
                name,
                added,
                (before, after) -> {
                  var both = new ArrayList<>(before);
                  both.addAll(after);
                  return both;
                }));
    return new Headers(more);
  }

  /** The same without the names that a test takes, in whatever case they are. */
  public Headers without(Predicate<String> name) {
    var fewer = new TreeMap<>(values);
    fewer.keySet().removeIf(name);
    return new Headers(fewer);
  }

  /** The same without those that are between two neighbours, RFC 9110 section 7.6.1. */
  public Headers endToEnd() {
    var hops = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    hops.addAll(HOP_BY_HOP);
    for (String each : all("Connection")) {
      for (String name : each.split(",")) {
        hops.add(name.strip());
      }
    }
    return without(hops::contains);
  }

  /** The same with one more {@code Warning} of this text. */
  public Headers withWarning(String text) {
    var more = new TreeMap<>(values);
    var warnings = new ArrayList<>(all("Warning"));
    warnings.add(warning(text));
    more.put("Warning", warnings);
    return new Headers(more);
  }

  /** A text as {@code Warning} has it: {@code 299 - "text"}. */
  static String warning(String text) {
    var quoted = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c < ' ' || c == 0x7f ? ' ' : c);
    }
    return "299 - \"" + quoted + '"';
  }

  /** The texts of all warnings. */
  public List<String> warnings() {
    return all("Warning").stream().map(Headers::warningText).toList();
  }

  private static String warningText(String header) {
    return header
        .substring(header.indexOf('"') + 1, header.length() - 1)
        .replaceAll("\\\\(.)", "$1");
  }

  /** The first value, or null. */
  public @Nullable String first(String name) {
    List<String> all = values.get(name);
    return all == null || all.isEmpty() ? null : all.get(0);
  }

  /** Every value, none when the header is absent. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** All of them, by name in whatever case. */
  public Map<String, List<String>> asMap() {
    return values;
  }
}
