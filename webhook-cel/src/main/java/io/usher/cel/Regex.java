package io.usher.cel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * A regular expression in RE2's syntax, as Go's package {@code regexp} takes it: its time is
 * linear, and how large it becomes is bounded. Immutable; for all threads.
 */
public final class Regex {

  /** Matches no text. */
  public static final Regex NOTHING = new Regex(Pattern.compile("[^\\x00-\\x{10FFFF}]"));

  private static final int STACK = 64 << 20;
  private static final long BYTES_OF_AN_INSTRUCTION = 200;

  /** Steps of a matcher, a millisecond of them. */
  private static final int BETWEEN_LOOKS = 1 << 17;

  private final Pattern pattern;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles a pattern.
   *
   * @throws ConditionException when it is none, repeats or nests too much, or becomes more than
   *     50,000 instructions; as Go words it, {@code error parsing regexp: ...}
   */
  public static Regex of(String pattern) throws ConditionException {
    try {
      RegexLimits.require(pattern);
      return new Regex(deeply(() -> Pattern.compile(pattern)));
    } catch (PatternSyntaxException e) {
      String of = e.getPattern() == null ? "" : ": `" + e.getPattern() + '`';
      throw new ConditionException("error parsing regexp: " + e.getDescription() + of);
    }
  }

  /** Whether a part of a text matches. */
  public boolean isIn(String text) {
    return find(pattern.matcher(text));
  }

  /** Finds the next match, by a matcher of a regular expression. */
  static boolean find(Matcher matcher) {
    return deeply(matcher::find);
  }

  /** A matcher that looks at the time as it reads. */
  Matcher matcher(String text, Meter meter) {
    long work = (long) text.length() * size();
    return pattern.matcher(work <= BETWEEN_LOOKS ? text : new Timed(text, meter, size()));
  }

  /** How many instructions it has: each may look at each character of a text. */
  int size() {
    return pattern.programSize();
  }

  /** What it takes in memory while it matches. */
  long bytes() {
    return BYTES_OF_AN_INSTRUCTION * size();
  }

  /** A text whose reader looks at the time. */
  private static final class Timed implements CharSequence {
    private final String text;
    private final Meter meter;
    private final int between;
    private int reads;

    Timed(String text, Meter meter, int size) {
      this.text = text;
      this.meter = meter;
      between = Math.max(1, BETWEEN_LOOKS / size);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++reads >= between) {
        reads = 0;
        meter.checkTime();
      }
      return text.charAt(index);
    }

    @Override
    public String subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** RE2J calls itself as deep as a pattern is long, where its parts are optional. */
  private static <T> T deeply(Supplier<T> work) {
    try {
      return work.get();
    } catch (StackOverflowError e) {
      return withLargeStack(work);
    }
  }

  private static <T> T withLargeStack(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(
              work, each -> new Thread(null, each, "usher-regex", STACK).start())
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException wrong) {
        throw wrong;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }
}
