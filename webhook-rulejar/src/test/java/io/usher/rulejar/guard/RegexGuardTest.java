package io.usher.rulejar.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That its methods equal the JDK's; GuardedClassTest of the server has what they are for. */
class RegexGuardTest {

  @ParameterizedTest
  @CsvSource({
    "a-b-c, -",
    "a-b-c, '[a-z]'",
    "abc, ''",
    "'', x",
    "'', ''",
    "-a--, -",
    "team-red.42, '(\\w+)-(\\w+)\\.(\\d+)'",
    "smile😀here, '😀'",
    "smile😀here, '.'",
    "nothing, z+"
  })
  void resultsAreTheJdks(String text, String regex) {
    Pattern pattern = Pattern.compile(regex);
    assertThat(RegexGuard.matches(text, regex)).isEqualTo(text.matches(regex));
    assertThat(RegexGuard.patternMatches(regex, text)).isEqualTo(Pattern.matches(regex, text));
    assertThat(RegexGuard.replaceAll(text, regex, "<$0>"))
        .isEqualTo(text.replaceAll(regex, "<$0>"));
    assertThat(RegexGuard.replaceFirst(text, regex, "<$0>"))
        .isEqualTo(text.replaceFirst(regex, "<$0>"));
    assertThat(RegexGuard.split(text, regex)).isEqualTo(text.split(regex));
    assertThat(RegexGuard.split(pattern, text)).isEqualTo(pattern.split(text));
    for (int limit : new int[] {-1, 0, 1, 2}) {
      assertThat(RegexGuard.split(text, regex, limit)).isEqualTo(text.split(regex, limit));
      assertThat(RegexGuard.split(pattern, text, limit)).isEqualTo(pattern.split(text, limit));
    }
    assertThat(RegexGuard.splitAsStream(pattern, text))
        .containsExactlyElementsOf(pattern.splitAsStream(text).toList());
    assertThat(RegexGuard.asPredicate(pattern).test(text))
        .isEqualTo(pattern.asPredicate().test(text));
    assertThat(RegexGuard.asMatchPredicate(pattern).test(text))
        .isEqualTo(pattern.asMatchPredicate().test(text));
    List<String> groups = pattern.matcher(text).results().map(MatchResult::group).toList();
    assertThat(RegexGuard.matcher(pattern, text).results().map(MatchResult::group))
        .isEqualTo(groups);
    assertThat(RegexGuard.reset(pattern.matcher("x"), text).results().map(MatchResult::group))
        .isEqualTo(groups);
  }

  @Test
  void faultsAreTheJdks() {
    Pattern pattern = Pattern.compile("a");
    assertThatThrownBy(() -> RegexGuard.matches("a", "("))
        .isInstanceOf(PatternSyntaxException.class);
    assertThatThrownBy(() -> RegexGuard.matches(null, "a"))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> RegexGuard.matcher(pattern, null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> RegexGuard.asPredicate(pattern).test(null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void anyTextWillDo() {
    var text = new StringBuilder("a-b");

    assertThat(RegexGuard.matcher(Pattern.compile("(.)-(.)"), text).replaceAll("$2-$1"))
        .isEqualTo("b-a");
  }
}
