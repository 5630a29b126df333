package io.usher.engine.chain;

import java.util.ArrayList;
import java.util.List;

/**
 * What the API server will show of warnings: it drops one with a control character without a word,
 * and when all of them have more than 4,096 characters it cuts each to 256 and drops what is still
 * too much.
 */
final class Warnings {

  private static final int TOTAL = 4096;
  private static final int EACH = 256;

  private Warnings() {}

  /** These warnings in a form of which nothing is lost without a mark. */
  static List<String> shown(List<String> warnings) {
    if (warnings.isEmpty()) {
      return warnings;
    }
    var clean = warnings.stream().map(Warnings::withoutControls).filter(w -> !w.isEmpty()).toList();
    if (clean.stream().mapToInt(Warnings::length).sum() <= TOTAL) {
      return clean;
    }
    var shown = new ArrayList<String>();
    int room = TOTAL / EACH;
    for (int i = 0; i < clean.size(); i++) {
      if (shown.size() == room - 1 && clean.size() > room) {
        shown.add("... and " + (clean.size() - i) + " more warnings");
        break;
      }
      shown.add(cut(clean.get(i)));
    }
    return shown;
  }

  private static String withoutControls(String warning) {
    return warning.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private static String cut(String warning) {
    return length(warning) <= EACH
        ? warning
        : warning.substring(0, warning.offsetByCodePoints(0, EACH - 3)) + "...";
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
