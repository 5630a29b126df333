package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A search looks at each character a few times, and finds what {@link String} finds. */
class TextSearchTest {

  /** A text that counts how often it is looked at. */
  private static final class Counted implements CharSequence {
    private final String text;
    private long reads;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      reads++;
      return text.charAt(index);
    }

    @Override
    public String subSequence(int start, int end) {
      return text.substring(start, end);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, a, aab",
    "10, aab, aab",
    "1, ab, aaab",
    "3, aabaab, aabaac",
    "100, ab, abba",
    "7, abcab, abcabd",
  })
  void searchIsLinear(int before, String pattern, String part) {
    var text = new Counted("x".repeat(before) + pattern.repeat(10_000));
    var wanted = new Counted(part.repeat(1_000));
    int found = TextSearch.first(text, wanted, TextSearch.borders(wanted), 0);
    assertThat(found).isEqualTo(text.text.indexOf(wanted.text));
    assertThat(text.reads + wanted.reads).isLessThan(6L * (text.length() + wanted.length()));
  }

  @Test
  void findsWhatStringFinds() {
    String unit = "aabaaabaab😀";
    String text = unit.repeat(3_000);
    for (String part :
        new String[] {unit.repeat(1_000), unit.repeat(2_999) + "x", "b" + unit.repeat(900)}) {
      var search = new TextSearch(text, part);
      for (int place : new int[] {0, 1, 11, 12, 13, 12_001, 23_990, 35_999, text.length()}) {
        assertThat(search.first(place)).isEqualTo(text.indexOf(part, place));
        assertThat(search.last(place)).isEqualTo(text.lastIndexOf(part, place));
      }
    }
  }
}
