package io.usher.cli.local;

import io.usher.observe.ReviewOutcome;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a manifest's annotation {@code usher.io/expect} says will come of it: {@code patched,
 * warned}.
 *
 * @param outcomes the one that the client sees, and {@link ReviewOutcome#FAILED} beside it where a
 *     failure was ignored
 * @param warned whether the client sees warnings
 */
record Expectation(Set<ReviewOutcome> outcomes, boolean warned) {

  private static final String WARNED = "warned";

  /** What can come of a review of an object: it is never without an opinion. */
  private static final Set<ReviewOutcome> POSSIBLE =
      EnumSet.complementOf(EnumSet.of(ReviewOutcome.NO_OPINION));

  /**
   * Reads the annotation.
   *
   * @throws IllegalArgumentException naming the word that is none
   */
  static Expectation parse(String text) {
    var outcomes = EnumSet.noneOf(ReviewOutcome.class);
    boolean warned = false;
    for (String each : text.split(",")) {
      String word = each.strip();
      if (word.equalsIgnoreCase(WARNED)) {
        warned = true;
      } else {
        outcomes.add(outcome(word));
      }
    }
    return new Expectation(outcomes, warned);
  }

  private static ReviewOutcome outcome(String word) {
    return POSSIBLE.stream()
        .filter(outcome -> word(outcome).equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "usher.io/expect: \"%s\" is none of %s"
                        .formatted(word, new Expectation(POSSIBLE, true))));
  }

  /** What came of an object. */
  static Expectation met(ReviewOutcome outcome, boolean failed, boolean warned) {
    var outcomes = EnumSet.of(outcome);
    if (failed) {
      outcomes.add(ReviewOutcome.FAILED);
    }
    return new Expectation(outcomes, warned);
  }

  @Override
  public String toString() {
    List<String> words = new ArrayList<>(outcomes.stream().map(Expectation::word).toList());
    if (warned) {
      words.add(WARNED);
    }
    return String.join(", ", words);
  }

  private static String word(ReviewOutcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
