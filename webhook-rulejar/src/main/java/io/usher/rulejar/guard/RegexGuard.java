package io.usher.rulejar.guard;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@link LoopGuard} is to loops, for regular expressions: some need exponential time for a
 * short text, and all of it in the JDK's code. The server has rule jars and their libraries call
 * these methods in place of the JDK's, which they otherwise equal; the first parameter is what the
 * JDK's is called on. Rules don't call them themselves.
 */
public final class RegexGuard {

  private RegexGuard() {}

  /** As {@link Pattern#matcher}. */
  public static Matcher matcher(Pattern pattern, CharSequence text) {
    return pattern.matcher(new Text(text));
  }

  /** As {@link Matcher#reset(CharSequence)}. */
  public static Matcher reset(Matcher matcher, CharSequence text) {
    return matcher.reset(new Text(text));
  }

  /** As {@link Pattern#split(CharSequence)}. */
  public static String[] split(Pattern pattern, CharSequence text) {
    return pattern.split(new Text(text));
  }

  /** As {@link Pattern#split(CharSequence, int)}. */
  public static String[] split(Pattern pattern, CharSequence text, int limit) {
    return pattern.split(new Text(text), limit);
  }

  /** As {@link Pattern#splitAsStream}. */
  public static Stream<String> splitAsStream(Pattern pattern, CharSequence text) {
    return pattern.splitAsStream(new Text(text));
  }

  /** As {@link Pattern#asPredicate}. */
  public static Predicate<String> asPredicate(Pattern pattern) {
    return text -> matcher(pattern, text).find();
  }

  /** As {@link Pattern#asMatchPredicate}. */
  public static Predicate<String> asMatchPredicate(Pattern pattern) {
    return text -> matcher(pattern, text).matches();
  }

  /**
   * In place of the static {@link Pattern#matches(String, CharSequence)}: the regex comes first.
   */
  public static boolean patternMatches(String regex, CharSequence text) {
    return matcher(Pattern.compile(regex), text).matches();
  }

  /** As {@link String#matches}: the text comes first. */
  public static boolean matches(String text, String regex) {
    return matcher(Pattern.compile(regex), text).matches();
  }

  /** As {@link String#replaceAll}. */
  public static String replaceAll(String text, String regex, String replacement) {
    return matcher(Pattern.compile(regex), text).replaceAll(replacement);
  }

  /** As {@link String#replaceFirst}. */
  public static String replaceFirst(String text, String regex, String replacement) {
    return matcher(Pattern.compile(regex), text).replaceFirst(replacement);
  }

  /** As {@link String#split(String)}. */
  public static String[] split(String text, String regex) {
    return split(text, regex, 0);
  }

  /** As {@link String#split(String, int)}. */
  public static String[] split(String text, String regex, int limit) {
    // So short a one is harmless, and the JDK mostly does without a pattern.
    return regex.length() <= 2
        ? text.split(regex, limit)
        : split(Pattern.compile(regex), text, limit);
  }

  /** A text that is looked at a character at a time while an expression is matched. */
  private record Text(CharSequence text) implements CharSequence {

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      LoopGuard.check();
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
