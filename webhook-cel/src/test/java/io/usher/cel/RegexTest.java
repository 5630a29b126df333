package io.usher.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns that are too much are refused as Go refuses them, and others mean what they mean. */
class RegexTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "((a{1000}){1000}){1000} {1000}",
        "(a{1000}){2,}? {2,}?",
        "(?:b|(?P<n>a{100})){0,11} {0,11}",
        "((a{40}[]]{1}|x{900}){26}) {26}",
        "([^]{]{900}\\{{900}){0}(\\Q(\\E[[:alpha:]\\]]{501}){2} {2}",
      })
  void repetitionsOfRepetitionsAreBounded(String pattern, String repetition) {
    assertThatThrownBy(() -> Regex.of(pattern))
        .hasMessage("error parsing regexp: invalid repeat count: `" + repetition + "`");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{100}){10}",
        "(?:a{1000}){1}(b{1000}){0,1}",
        "(a{1000}){0}",
        "(a{1000}b{1000})?[(]{1000}",
        "[]a{9000}]{2}",
        "[[:alpha:]{9000}\\]{9000}]{2}",
        "\\Q(a{1000}){1000}\\E",
        "\\(a{1000}\\){1000}",
        "(?i)(?-s:a{500}){2}",
        "a{1001b}a{,5}a{01}",
      })
  void boundedRepetitionsAreTaken(String pattern) throws Exception {
    assertThat(Regex.of(pattern).size()).isPositive();
  }

  private static String nested(String open, int times, String close) {
    return open.repeat(times) + close.repeat(times);
  }

  static Stream<String> deep() {
    return Stream.of(
        nested("(", 1000, ")"),
        nested("(?:", 1001, ")*"),
        nested("(?:a", 501, ")*"),
        nested("(?i:a|bc", 501, "d)"),
        nested("(", 24_000, ")"));
  }

  @ParameterizedTest
  @MethodSource
  void deep(String pattern) {
    assertThatThrownBy(() -> Regex.of(pattern))
        .hasMessage("error parsing regexp: expression nests too deeply: `" + pattern + "`");
  }

  static Stream<String> asDeepAsMayBe() {
    return Stream.of(
        nested("(", 999, ")"),
        nested("(?:", 999, ")*"),
        nested("(?:a", 499, ")*"),
        nested("(?:", 12_000, ")"));
  }

  @ParameterizedTest
  @MethodSource
  void asDeepAsMayBe(String pattern) throws Exception {
    assertThat(Regex.of(pattern).isIn("")).isTrue();
  }

  static Stream<String> large() {
    return Stream.of(
        "a{1000}".repeat(51),
        "(?:[a-z]{0,1000}){1}".repeat(26),
        "\\pL".repeat(1000),
        "a".repeat(50_001),
        "[" + "a".repeat(50_000) + "]");
  }

  @ParameterizedTest
  @MethodSource
  void large(String pattern) {
    assertThatThrownBy(() -> Regex.of(pattern))
        .hasMessage("error parsing regexp: expression too large: `" + pattern + "`");
  }

  /** RE2J calls itself for each part that may be missing. */
  @Test
  void longPatternsNeedNoStack() throws Exception {
    assertThat(Regex.of("a?".repeat(16_000) + "b").isIn("aab")).isTrue();
    String words = String.join("|", Collections.nCopies(6_000, "[a-c]d"));
    assertThat(Regex.of("^(" + words + ")$").isIn("cd")).isTrue();
    var prefixes = new StringBuilder("a");
    for (int i = 2; i < 300; i++) {
      prefixes.append('|').append("a".repeat(i));
    }
    assertThat(Regex.of("^(" + prefixes + ")$").isIn("a".repeat(299))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", ")", "a**", "a{2}{1000}", "[a", "\\", "(?", "(?P<n", "\\x{1", "*"})
  void whatIsNoPatternIsToldByTheCompiler(String pattern) {
    assertThatThrownBy(() -> Regex.of(pattern))
        .hasMessageStartingWith("error parsing regexp: ")
        .hasMessageNotContaining("too");
  }
}
