package io.usher.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.config.ConfigurationException;
import io.usher.rule.ReviewRuleDefinition;
import io.usher.server.AuthenticatorRule;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfiguredPartsTest {

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<WebhookRegistration> join(Path file, WebhookRegistration... webhooks) {
    try (var parts = ConfiguredParts.read(List.of(file))) {
      return parts.join(List.of(webhooks));
    }
  }

  @Test
  void partsAreAskedInTheOrderOfTheFile() throws IOException {
    write("tokens.csv", "t,alice,1\n");
    write("policy.jsonl", "");
    write("rbac.yaml", "");
    Path file =
        write(
            "doors.yaml",
            """
            doors:
            - name: access.example.com
              authentication:
              - tokenFile: tokens.csv
              authorization:
              - rbacFile: rbac.yaml
              - abacFile: policy.jsonl
              - always: NoOpinion
            """);
    assertThat(join(file))
        .singleElement()
        .satisfies(
            webhook -> {
              assertThat(webhook.name()).isEqualTo("access.example.com");
              assertThat(webhook.authenticators())
                  .extracting(ReviewRuleDefinition::name)
                  .containsExactly("Part001.tokenFile");
              assertThat(webhook.authorizers())
                  .extracting(ReviewRuleDefinition::name)
                  .containsExactly("Part001.rbacFile", "Part002.abacFile", "Part003.always");
            });
  }

  @Test
  void partsStateTheirOrderAndWhomTheirTokensAreFor() throws Exception {
    write("tokens.csv", "t,alice,1\n");
    Path file =
        write(
            "doors.yaml",
            """
            doors:
            - name: access.example.com
              authentication:
              - {tokenFile: tokens.csv, order: 10, audiences: [kubernetes]}
              - tokenFile: tokens.csv
              authorization:
              - {always: Allow, order: 1}
              - {always: NoOpinion, order: -5}
            """);
    var rules =
        WebhookRegistration.named("access.example.com")
            .authorizing("own", 0, (request, context) -> null)
            .build();

    WebhookRegistration joined = join(file, rules).get(0);

    assertThat(joined.authorizers())
        .extracting(ReviewRuleDefinition::name)
        .containsExactly("Part002.always", "own", "Part001.always");
    assertThat(joined.authenticators())
        .extracting(ReviewRuleDefinition::name)
        .containsExactly("Part002.tokenFile", "Part001.tokenFile");
    assertThat(joined.authenticators())
        .extracting(each -> ((AuthenticatorRule) each.rule()).audiences())
        .containsExactly(List.of(), List.of("kubernetes"));
  }

  @Test
  void doorsAreToldWithoutLookingBehindThem() throws Exception {
    Path file =
        write(
            "doors.yaml",
            """
            doors:
            - {name: a.b.c, authentication: [{tokenFile: none.csv}], authorization: []}
            - {name: d.e.f, authorization: [{rbacFile: none.yaml}]}
            """);
    assertThat(ConfiguredParts.doorPaths(List.of(file)))
        .containsExactly("/authenticate/a.b.c", "/authorize/d.e.f");
  }

  @Test
  void rulesOfTheSameNameAreJoined() throws IOException {
    Path file =
        write("doors.yaml", "doors: [{name: a.example.com, authorization: [{always: Allow}]}]");
    var rules =
        WebhookRegistration.named("a.example.com")
            .authorizing("own", 0, (request, context) -> null)
            .build();
    var other =
        WebhookRegistration.named("b.example.com")
            .authorizing("own", 0, (request, context) -> null)
            .build();
    assertThat(join(file, rules, other))
        .extracting(WebhookRegistration::name)
        .containsExactly("a.example.com", "b.example.com");
    assertThat(join(file, rules, other).get(0).authorizers())
        .extracting(ReviewRuleDefinition::name)
        .containsExactly("Part001.always", "own");
    assertThat(join(file, rules, other).get(1)).isEqualTo(other);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          doors: []                                            | doors: is empty: write - name: NAME, and rules
          doors: [{name: a.b.c}]                               | doors[0].name: or rules are missing
          doors: [{authorization: [{always: Allow}]}]          | doors[0].name: or rules are missing
          doors: [{name: a.b.c, authorisation: []}]            | doors[0].authorisation: is not known
          doors: [{name: a.b.c, authorization: [{always: Deny}]}] | doors[0].authorization[0].always: write Allow or NoOpinion
          doors: [{name: a.b.c, authorization: [{abac: x}]}]   | doors[0].authorization[0].abacFile: write one of abacFile,
          doors: [{name: a.b.c, authentication: [{tokens: x}]}] | doors[0].authentication[0].tokenFile: write one of tokenFile,
          doors: [{name: a.b.c, authentication: [{tokenFile: none.csv}]}] | none.csv
          doors: [{name: a.b.c, authentication: [{tokenReview: {version: v2}}]}] | tokenReview.version: write v1 or v1beta1
          doors: [{name: a.b.c, authentication: [{tokenReview: {}}]}] | tokenReview.kubeconfig: is missing: name a file
          doors: [{name: a.b.c, authorization: [{always: Allow, order: 1.5}]}] | doors[0].authorization[0].order: is no whole number
          doors: [{name: a.b.c, authorization: [{always: Allow, audiences: [a]}]}] | doors[0].authorization[0].audiences: is not known
          doors: {                                             | is no YAML
          """)
  void wrongFieldIsNamed(String text, String problem) throws IOException {
    Path file = write("doors.yaml", text);
    assertThatThrownBy(() -> ConfiguredParts.read(List.of(file)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void secretIsInNoMessage() throws IOException {
    write("tokens.csv", "s3cret,alice\n");
    Path file =
        write("doors.yaml", "doors: [{name: a.b.c, authentication: [{tokenFile: tokens.csv}]}]");
    assertThatThrownBy(() -> ConfiguredParts.read(List.of(file)))
        .hasMessageContaining("tokens.csv, line 1")
        .message()
        .doesNotContain("s3cret");
  }
}
