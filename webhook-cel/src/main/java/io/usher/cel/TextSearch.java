package io.usher.cel;

/**
 * Finds a text in another one, in linear time: what {@link String} does takes the product of their
 * lengths where they are like {@code aaaa} and {@code aab}.
 */
final class TextSearch {

  /** So many comparisons are quicker than what is prepared to save them. */
  private static final long FEW = 1 << 20;

  private final String text;
  private final String part;
  private final boolean quick;
  private int[] borders = {};

  /**
   * A search.
   *
   * @param part not empty
   */
  TextSearch(String text, String part) {
    this.text = text;
    this.part = part;
    quick = (long) text.length() * part.length() <= FEW;
  }

  /** Where the part is first, from a place on; negative for nowhere. */
  int first(int from) {
    if (quick || part.length() > text.length()) {
      return text.indexOf(part, from);
    }
    if (borders.length == 0) {
      borders = borders(part);
    }
    return first(text, part, borders, from);
  }

  /** Where the part is last, up to a place; negative for nowhere. */
  int last(int until) {
    if (quick || part.length() > text.length()) {
      return text.lastIndexOf(part, until);
    }
    CharSequence backwards = new Backwards(text);
    CharSequence partBackwards = new Backwards(part);
    int from = Math.max(0, text.length() - part.length() - until);
    int end = first(backwards, partBackwards, borders(partBackwards), from);
    return end < 0 ? end : text.length() - part.length() - end;
  }

  /** A text from its end to its beginning. */
  private record Backwards(CharSequence text) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      return text.charAt(text.length() - 1 - index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Backwards(text.subSequence(length() - end, length() - start));
    }
  }

  /** Of each beginning of a part, how long the longest shorter one is that it ends in. */
  static int[] borders(CharSequence part) {
    int[] borders = new int[part.length()];
    int same = 0;
    for (int i = 1; i < part.length(); i++) {
      same = longer(part, borders, same, part.charAt(i));
      borders[i] = same;
    }
    return borders;
  }

  /** As {@link #first(int)}, of any sequences. */
  static int first(CharSequence text, CharSequence part, int[] borders, int from) {
    int same = 0;
    for (int i = from; i < text.length(); i++) {
      same = longer(part, borders, same, text.charAt(i));
      if (same == part.length()) {
        return i + 1 - same;
      }
    }
    return -1;
  }

  private static int longer(CharSequence part, int[] borders, int same, char next) {
    int longer = same;
    while (longer > 0 && part.charAt(longer) != next) {
      longer = borders[longer - 1];
    }
    return part.charAt(longer) == next ? longer + 1 : longer;
  }
}
