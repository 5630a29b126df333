package io.usher.apiserver.schema;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.List;
import java.util.Locale;

/** Durations as custom resources write them: Go's {@code 1h30m}, and {@code 2 hours}. */
final class Durations {

  private static final Pattern GO =
      Pattern.compile("[-+]?(?:0|(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)");
  private static final Pattern PART = Pattern.compile("([0-9]+)\\s*([A-Za-zµ]+)");

  /** A unit's names; the last may have more letters behind it. */
  private static final List<List<String>> UNITS =
      List.of(
          List.of("ns", "nano"),
          List.of("us", "µs", "micro"),
          List.of("ms", "milli"),
          List.of("s", "sec"),
          List.of("m", "min"),
          List.of("h", "hr", "hour"),
          List.of("d", "day"),
          List.of("w", "wk", "week"));

  private Durations() {}

  static boolean isDuration(String text) {
    if (GO.matches(text)) {
      return true;
    }
    Matcher part = PART.matcher(text);
    boolean found = false;
    while (part.find()) {
      found |= isUnit(part.group(2).toLowerCase(Locale.ROOT));
    }
    return found;
  }

  private static boolean isUnit(String word) {
    return UNITS.stream()
        .anyMatch(names -> names.contains(word) || word.startsWith(names.get(names.size() - 1)));
  }
}
