package io.usher.cli.local;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a manifest's annotation {@code usher.io/expect} says will come of it: {@code patched,
 * warned}.
 *
 * @param outcomes exactly one of them but {@link Word#WARNED}, and that too where there are
 *     warnings
 */
record Expectation(Set<Word> outcomes) {

  /** A word of the annotation. */
  enum Word {
    /** Admitted as it was sent. */
    ALLOWED,
    /** Admitted, and changed. */
    PATCHED,
    /** A rule denied it. */
    DENIED,
    /** A call failed, and the failure policy let the request fail. */
    FAILED,
    /** The client saw warnings. */
    WARNED
  }

  /**
   * Reads the annotation.
   *
   * @throws IllegalArgumentException naming the word that is none
   */
  static Expectation parse(String text) {
    var words = EnumSet.noneOf(Word.class);
    for (String word : text.split(",")) {
      try {
        words.add(Word.valueOf(word.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "usher.io/expect: \"%s\" is none of %s".formatted(word.strip(), words(Word.values())),
            e);
      }
    }
    return new Expectation(words);
  }

  /** What came of an object. */
  static Expectation met(Admission.Outcome outcome, boolean warned) {
    var words = EnumSet.of(Word.valueOf(outcome.name()));
    if (warned) {
      words.add(Word.WARNED);
    }
    return new Expectation(words);
  }

  @Override
  public String toString() {
    return words(outcomes.toArray(Word[]::new));
  }

  private static String words(Word... words) {
    return Set.of(words).stream()
        .sorted()
        .map(word -> word.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
