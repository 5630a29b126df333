package io.usher.cel;

import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a pattern may be before it is compiled, by the rules of Go's package {@code regexp/syntax}:
 * how often it repeats, how deep it nests, how large it becomes. RE2J bounds a single repetition
 * alone.
 */
final class RegexLimits {

  private static final int MOST_COPIES = 1000;
  private static final int MOST_HEIGHT = 1000;

  /** Instructions, and characters. Go has 3.3 million, which would take 600 MB here. */
  private static final int MOST_SIZE = 50_000;

  /** What the ranges of a class of Unicode take, in instructions. */
  private static final int SIZE_OF_A_CLASS = 50;

  private static final int UNBOUNDED = -1;
  private static final Pattern BRACES =
      Pattern.compile("\\{(0|[1-9][0-9]*+)(,|,0|,[1-9][0-9]*+)?\\}");

  private static final Part ONE = new Part(Kind.OTHER, 1, 1, 1);
  private static final Part CHARACTER = new Part(Kind.LITERAL, 1, 1, 1);

  private final String pattern;
  private final Deque<Group> outer = new ArrayDeque<>();
  private Group group = new Group(false);
  private int at;
  private boolean repeated;
  private long classes;

  private RegexLimits(String pattern) {
    this.pattern = pattern;
  }

  private enum Kind {
    LITERAL,
    CONCATENATION,
    ALTERNATION,
    OTHER
  }

  /**
   * A part of a pattern.
   *
   * @param size how many instructions it becomes
   * @param height how high its tree is
   * @param copies how many of what is innermost its repetitions make
   */
  private record Part(Kind kind, long size, int height, int copies) {}

  /** Parts that follow one another, or are alternatives. Go joins nested ones of one kind. */
  private static final class Parts {
    private final Kind kind;
    private int count;
    private long size;
    private int height;
    private int copies = 1;
    private boolean endsInLiteral;
    private @Nullable Part last;

    Parts(Kind kind) {
      this.kind = kind;
    }

    void add(Part part) {
      join();
      last = part;
    }

    private void join() {
      if (last == null) {
        return;
      }
      boolean literal = kind == Kind.CONCATENATION && last.kind() == Kind.LITERAL;
      count += literal && endsInLiteral ? 0 : 1;
      height = Math.max(height, last.kind() == kind ? last.height() - 1 : last.height());
      size += last.size();
      copies = Math.max(copies, last.copies());
      endsInLiteral = literal;
    }

    Part whole() {
      Part end = last;
      if (end == null) {
        return ONE;
      }
      join();
      last = null;
      long jumps = kind == Kind.ALTERNATION ? count - 1 : 0;
      return count == 1
          ? new Part(end.kind(), size, end.height(), copies)
          : new Part(kind, size + jumps, height + 1, copies);
    }
  }

  /** What is between parentheses, or all. */
  private static final class Group {
    private final boolean captures;
    private final Parts alternatives = new Parts(Kind.ALTERNATION);
    private Parts parts = new Parts(Kind.CONCATENATION);

    Group(boolean captures) {
      this.captures = captures;
    }

    void alternative() {
      alternatives.add(parts.whole());
      parts = new Parts(Kind.CONCATENATION);
    }

    Part whole() {
      alternative();
      Part whole = alternatives.whole();
      return captures
          ? new Part(Kind.OTHER, 2 + whole.size(), 1 + whole.height(), whole.copies())
          : whole;
    }
  }

  /** Ends the reading of what is no pattern. */
  private static final class NoPattern extends Exception {
    private static final long serialVersionUID = 1L;

    NoPattern() {
      super(null, null, false, false);
    }
  }

  /**
   * Refuses a pattern that is too much. Whether a text is a pattern at all is for the compiler.
   *
   * @throws PatternSyntaxException in Go's words
   */
  static void require(String pattern) {
    try {
      var limits = new RegexLimits(pattern);
      limits.requireSize(pattern.length());
      limits.requireSize(limits.read().size() + SIZE_OF_A_CLASS * limits.classes);
    } catch (NoPattern e) {
      return;
    }
  }

  private void requireSize(long size) {
    if (size > MOST_SIZE) {
      throw new PatternSyntaxException("expression too large", pattern);
    }
  }

  private Part requireHeight(Part part) {
    if (part.height() > MOST_HEIGHT) {
      throw new PatternSyntaxException("expression nests too deeply", pattern);
    }
    return part;
  }

  private Part read() throws NoPattern {
    while (at < pattern.length()) {
      boolean again = repeated;
      repeated = false;
      char c = pattern.charAt(at);
      switch (c) {
        case '(' -> open();
        case ')' -> close();
        case '|' -> {
          group.alternative();
          at++;
        }
        case '[' -> characterClass();
        case '\\' -> escape();
        case '*' -> repeat(0, UNBOUNDED, at + 1, again);
        case '+' -> repeat(1, UNBOUNDED, at + 1, again);
        case '?' -> repeat(0, 1, at + 1, again);
        case '{' -> braces(again);
        case '^', '$', '.' -> add(ONE, at + 1);
        default -> add(CHARACTER, at + Character.charCount(pattern.codePointAt(at)));
      }
    }
    if (!outer.isEmpty()) {
      throw new NoPattern();
    }
    return requireHeight(group.whole());
  }

  private void add(Part part, int end) {
    group.parts.add(part);
    at = end;
  }

  private int find(String text, int from) throws NoPattern {
    int found = pattern.indexOf(text, from);
    if (found < 0) {
      throw new NoPattern();
    }
    return found;
  }

  private void open() throws NoPattern {
    boolean captures = true;
    int end = at + 1;
    if (pattern.startsWith("?P<", end) || pattern.startsWith("?<", end)) {
      end = find(">", end) + 1;
    } else if (pattern.startsWith("?", end)) {
      captures = false;
      do {
        end++;
      } while (end < pattern.length() && "imsU-".indexOf(pattern.charAt(end)) >= 0);
      end++;
      if (end > pattern.length()) {
        throw new NoPattern();
      }
      if (pattern.charAt(end - 1) == ')') {
        at = end;
        return;
      }
    }
    outer.push(group);
    group = new Group(captures);
    at = end;
  }

  private void close() throws NoPattern {
    if (outer.isEmpty()) {
      throw new NoPattern();
    }
    Part whole = requireHeight(group.whole());
    group = outer.pop();
    add(whole, at + 1);
  }

  private void characterClass() throws NoPattern {
    int end = at + (pattern.startsWith("^", at + 1) ? 2 : 1);
    int first = end;
    while (end == first || !pattern.startsWith("]", end)) {
      if (end >= pattern.length()) {
        throw new NoPattern();
      }
      if (pattern.startsWith("[:", end) && pattern.indexOf(":]", end) > 0) {
        end = pattern.indexOf(":]", end) + 2;
      } else if (pattern.charAt(end) == '\\') {
        countClass(end + 1);
        end += 2;
      } else {
        end++;
      }
    }
    add(ONE, end + 1);
  }

  private void countClass(int letter) {
    classes += pattern.startsWith("p", letter) || pattern.startsWith("P", letter) ? 1 : 0;
  }

  private void escape() throws NoPattern {
    if (at + 1 == pattern.length()) {
      throw new NoPattern();
    }
    int end = at + 2;
    switch (pattern.charAt(at + 1)) {
      case 'Q' -> {
        int close = pattern.indexOf("\\E", end);
        int last = close < 0 ? pattern.length() : close;
        for (int i = end; i < last; i += Character.charCount(pattern.codePointAt(i))) {
          group.parts.add(CHARACTER);
        }
        at = close < 0 ? last : last + 2;
      }
      case 'p', 'P' -> {
        countClass(at + 1);
        add(ONE, pattern.startsWith("{", end) ? find("}", end) + 1 : end + 1);
      }
      case 'x' -> add(CHARACTER, pattern.startsWith("{", end) ? find("}", end) + 1 : end + 2);
      case 'A', 'b', 'B', 'z', 'd', 'D', 's', 'S', 'w', 'W' -> add(ONE, end);
      default -> add(CHARACTER, end);
    }
  }

  private void braces(boolean again) throws NoPattern {
    var read = BRACES.matcher(pattern).region(at, pattern.length());
    if (!read.lookingAt()) {
      add(CHARACTER, at + 1);
      return;
    }
    int least = number(read.group(1));
    String most = read.group(2) == null ? read.group(1) : read.group(2).substring(1);
    repeat(least, most.isEmpty() ? UNBOUNDED : number(most), read.end(), again);
  }

  private static int number(String digits) throws NoPattern {
    if (digits.length() > String.valueOf(MOST_COPIES).length()) {
      throw new NoPattern();
    }
    return Integer.parseInt(digits);
  }

  private void repeat(int least, int most, int operatorEnd, boolean again) throws NoPattern {
    Part part = group.parts.last;
    if (part == null || again) {
      throw new NoPattern();
    }
    int end = pattern.startsWith("?", operatorEnd) ? operatorEnd + 1 : operatorEnd;
    int times = most == UNBOUNDED ? least : most;
    long size =
        most != UNBOUNDED
            ? most * part.size() + most - least
            : least == 0 ? 2 + part.size() : 1 + least * part.size();
    int copies = most == 0 ? 1 : part.copies() * Math.max(1, times);
    Part whole = new Part(Kind.OTHER, Math.max(1, size), part.height() + 1, copies);
    group.parts.last = requireHeight(whole);
    if (copies > MOST_COPIES) {
      throw new PatternSyntaxException("invalid repeat count", pattern.substring(at, end));
    }
    at = end;
    repeated = true;
  }
}
