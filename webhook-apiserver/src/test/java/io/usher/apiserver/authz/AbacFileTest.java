package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.UserInfo;
import io.usher.apiserver.LogLines;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.file.BadFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AbacFileTest {

  private static final String V1BETA1 =
      "{\"apiVersion\":\"abac.authorization.kubernetes.io/v1beta1\",\"kind\":\"Policy\",";

  @TempDir private Path folder;

  private AbacFile file(String text) throws IOException {
    return new AbacFile(write(text));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("policy.jsonl"), text);
  }

  private static Decision getPod(AbacFile file, String user, String... groups) {
    return file.authorize(UserInfo.of(user, groups), Infos.of("get", "pods", "default", "web"));
  }

  @Test
  void decisionHasKubernetesReason() throws IOException {
    var file = file(V1BETA1 + "\"spec\":{\"user\":\"a\",\"namespace\":\"*\",\"resource\":\"*\"}}");
    assertThat(getPod(file, "a")).isEqualTo(Decision.allow(""));
    assertThat(getPod(file, "b")).isEqualTo(Decision.noOpinion("No policy matched."));
  }

  @Test
  void policyForNobodyMatchesNobody() throws IOException {
    var file = file(V1BETA1 + "\"spec\":{\"namespace\":\"*\",\"resource\":\"*\"}}");
    assertThat(getPod(file, "", "system:authenticated").allowed()).isFalse();
  }

  @Test
  void starIsWhoeverIsAuthenticated() throws IOException {
    for (String spec :
        new String[] {
          V1BETA1 + "\"spec\":{\"user\":\"*\",\"namespace\":\"*\",\"resource\":\"*\"}}",
          V1BETA1 + "\"spec\":{\"group\":\"*\",\"namespace\":\"*\",\"resource\":\"*\"}}",
          "{\"user\":\"*\"}",
          "{\"group\":\"*\"}",
          "{}"
        }) {
      var file = file(spec);
      assertThat(getPod(file, "a", "system:authenticated").allowed()).as(spec).isTrue();
      assertThat(getPod(file, "system:anonymous", "system:unauthenticated").allowed())
          .as(spec)
          .isFalse();
    }
  }

  @Test
  void emptyFileAllowsNothing() throws IOException {
    assertThat(getPod(file("# nothing\n\n"), "a", "system:authenticated").allowed()).isFalse();
  }

  @Test
  void reloadTakesPoliciesAway() throws IOException {
    var file = file("{\"user\":\"a\"}");
    assertThat(getPod(file, "a").allowed()).isTrue();
    write("{\"user\":\"b\"");
    file.reload();
    assertThat(getPod(file, "a").allowed()).isTrue();
    write("{\"user\":\"b\"}");
    file.reload();
    assertThat(getPod(file, "a").allowed()).isFalse();
  }

  @Test
  void oldFormIsWarnedOf() throws IOException {
    try (var log = LogLines.of(AbacFile.class)) {
      Path path = write("{\"user\":\"a\"}\n# comment\n{\"user\":\"b\"}");
      new AbacFile(path);
      assertThat(log.lines())
          .containsExactly(
              "WARN "
                  + path
                  + " has 2 policies in the old form, which match whatever they leave out");
    }
  }

  @Test
  void rulesAreThoseOfTheUserInTheNamespace() throws IOException {
    var file =
        file(
            """
            {"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"user":"a","namespace":"team","resource":"pods","readonly":true}}
            {"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"user":"a","namespace":"other","resource":"pods"}}
            {"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"user":"b","namespace":"team","resource":"pods"}}
            {"user":"a"}
            """);
    assertThat(file.rulesFor(UserInfo.of("a"), "team").toJson())
        .hasToString(
            "{\"resourceRules\":[{\"verbs\":[\"get\",\"list\",\"watch\"],\"apiGroups\":[\"\"],"
                + "\"resources\":[\"pods\"]},{\"verbs\":[\"*\"],\"apiGroups\":[\"*\"],"
                + "\"resources\":[\"*\"]}],\"nonResourceRules\":[{\"verbs\":[\"*\"],"
                + "\"nonResourceURLs\":[\"*\"]}],\"incomplete\":false}");
  }

  static Stream<Arguments> badFiles() {
    return Stream.of(
        Arguments.of(
            "{\"user\":\"a\"}\n\n{",
            "line 3: is no JSON: Unexpected end-of-input: expected close marker for Object (column"
                + " 2)"),
        Arguments.of("# x\n[]", "line 2: is no JSON object: write one policy a line"),
        Arguments.of("{} {}", "line 1: is no JSON: Trailing token"),
        Arguments.of("{\"user\":\"a\",\"user\":\"b\"}", "line 1: is no JSON: Duplicate field"),
        Arguments.of("{\"user\":1}", "line 1: \"user\" is no text"),
        Arguments.of("{\"readonly\":\"yes\"}", "line 1: \"readonly\" is neither true nor false"),
        Arguments.of(
            "{\"spec\":{\"user\":\"a\"}}",
            "line 1: has a spec but no version: write \"apiVersion\":"
                + " \"abac.authorization.kubernetes.io/v1beta1\", \"kind\": \"Policy\" beside it"),
        Arguments.of(
            "{\"apiVersion\":\"v1\",\"kind\":\"Policy\",\"spec\":{}}",
            "line 1: is no policy: write \"apiVersion\":"
                + " \"abac.authorization.kubernetes.io/v1beta1\", \"kind\": \"Policy\""),
        Arguments.of(V1BETA1 + "\"x\":1}", "line 1: has no spec: write \"spec\": {...}"),
        Arguments.of("{\"a\":" + "[".repeat(5000) + "}", "line 1: is no JSON: "));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void errorNamesTheLine(String text, String message) {
    assertThatThrownBy(() -> file(text))
        .isInstanceOf(BadFileException.class)
        .hasMessageStartingWith(folder.resolve("policy.jsonl") + ", " + message);
  }

  @RepeatedTest(300)
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void damagedFileIsReadOrNamed(RepetitionInfo repetition) throws IOException {
    var random = new Random(repetition.getCurrentRepetition());
    var text = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      text.append(V1BETA1).append("\"spec\":{\"user\":\"a\",\"readonly\":true}}\n");
    }
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length());
      text.replace(
          at,
          Math.min(text.length(), at + random.nextInt(5)),
          "\"{}[]:,\\1\n".substring(random.nextInt(10)));
    }
    try {
      file(text.toString());
    } catch (BadFileException e) {
      assertThat(e).hasMessageStartingWith(folder.resolve("policy.jsonl") + ", line ");
    }
  }
}
