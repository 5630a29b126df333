package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.labeler.Labeling;
import com.example.rules.ConvertingRules;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.manifest.lint.LintRule;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LintCommandTest {

  private static final String SLOW =
      """
      # two documents, of which the second is bad
      apiVersion: v1
      kind: Service
      metadata: {name: gate}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata:
        name: gate
      webhooks:
      - name: gate.example.com
        admissionReviewVersions: [v1]
        clientConfig: {url: "https://gate.example.com/"}
        failurePolicy: Ignore
        rules:
        - apiGroups: [""]
          apiVersions: [v1]
          operations: [CREATE]
          resources: [pods]
          scope: Namespaced
        sideEffects: None
        timeoutSeconds: 20
      """;

  private static final String FOUND =
      "ValidatingWebhookConfiguration/gate gate.example.com: timeoutSeconds is 20; set"
          + " timeoutSeconds to 5 or less";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void sampleIsClean() throws Exception {
    Path rules =
        Path.of(Labeling.class.getProtectionDomain().getCodeSource().getLocation().toURI());

    assertThat(run("--rules", rules.toString())).isZero();
    assertThat(run("-f", Path.of("..", "manifests", "plain").toString())).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "no findings; looked at 2 webhook configurations of 2 objects",
            "no findings; looked at 2 webhook configurations of 17 objects");
  }

  @Test
  void definitionIsHeldAgainstTheRules() throws Exception {
    Path definition =
        write(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: tabs.zoo.example.com}
            spec:
              group: zoo.example.com
              names: {kind: Tab, plural: tabs}
              versions: [{name: v1, served: true, storage: true}, {name: v2, served: false}]
            """);
    Path rules = RuleFolder.write(folder, ConvertingRules.class);

    assertThat(run("--rules", rules.toString(), "-f", definition.toString())).isEqualTo(1);
    assertThat(out.toString().lines())
        .anyMatch(
            line ->
                line.contains(definition + ":1: error conversion-missing: ")
                    && line.contains("versions [v1, v1alpha1] of Tab.zoo.example.com, and not v2;"))
        .anyMatch(line -> line.contains("warning conversion-useless: "))
        .anyMatch(line -> line.contains("warning conversion-not-called: "))
        .hasSize(3);
  }

  @Test
  void findingIsAtTheLineOfItsEntry() throws Exception {
    Path file =
        write(
            """
            apiVersion: v1
            kind: List
            items:
            """
                + SLOW.substring(SLOW.indexOf("---") + 4)
                    .indent(2)
                    .replaceFirst("  api", "- api")
                    .replace("timeoutSeconds: 20", "timeoutSeconds: 5")
                + SLOW.substring(SLOW.indexOf("---") + 4)
                    .indent(2)
                    .replaceFirst("  api", "- api")
                    .replace("name: gate\n", "name: other\n"));

    assertThat(run("-f", file.toString())).isZero();

    assertThat(out.toString()).startsWith(file + ":26: warning long-timeout: ").hasLineCount(1);
  }

  @Test
  void pathsThatCollideAreRefused() throws Exception {
    Path rules =
        Path.of(Labeling.class.getProtectionDomain().getCodeSource().getLocation().toURI());

    assertThat(
            run(
                "--rules",
                rules.toString(),
                "--mutating-path=labeler.example.com=/pods",
                "--validating-path=labeler.example.com=/pods"))
        .isEqualTo(2);

    assertThat(err.toString())
        .startsWith(
            "usher lint: /pods is the mutatingPath of labeler.example.com and the validatingPath"
                + " of labeler.example.com; choose another for one of them");
  }

  @Test
  void disabledRuleFindsNothing() throws Exception {
    Path file = write(SLOW);

    assertThat(run("-f", file.toString(), "--disable", "long-timeout")).isZero();

    assertThat(out.toString())
        .isEqualTo("no findings; looked at 1 webhook configurations of 2 objects\n");
  }

  @Test
  void unknownRuleIsAWrongCall() throws Exception {
    assertThat(run("-f", "x.yaml", "--disable", "slow")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "usher lint: --disable slow: there is no such rule; write one of catch-all-fail, ");
  }

  @Test
  void annotationWithAReasonSuppressesARule() throws Exception {
    String named = "metadata:\n  name: gate\n";
    String annotated = named + "  annotations: {lint.usher.io/long-timeout: \"%s\"}\n";

    run("-f", write(SLOW.replace(named, annotated.formatted("calls a slow scanner"))).toString());
    assertThat(out.toString()).startsWith("no findings");

    out.getBuffer().setLength(0);
    run("-f", write(SLOW.replace(named, annotated.formatted(" "))).toString());
    assertThat(out.toString())
        .contains(
            "warning long-timeout: ",
            "warning useless-suppression: ValidatingWebhookConfiguration/gate gate.example.com:"
                + " annotation lint.usher.io/long-timeout has no reason; name one of the rules, and"
                + " give the reason as its value");
  }

  @Test
  void subFoldersAreReadWithR() throws Exception {
    Files.createDirectories(folder.resolve("deep"));
    Files.writeString(folder.resolve("deep/gate.yaml"), SLOW);

    assertThat(run("-R", "-f", folder.toString())).isZero();
    assertThat(out.toString()).contains("long-timeout");
    assertThat(run("-f", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("add -R to read its sub-folders, too");
  }

  @Test
  void findingIsOneLineAndAWarningNoFailure() throws Exception {
    Path file = write(SLOW);

    assertThat(run("-f", file.toString())).isZero();

    assertThat(out.toString().lines())
        .containsExactly(file + ":11: warning long-timeout: " + FOUND);
  }

  @Test
  void errorIsAFailure() throws Exception {
    Path file = write(SLOW.replace("sideEffects: None", "sideEffects: Unknown"));

    assertThat(run("-f", file.toString())).isEqualTo(1);
  }

  @Test
  void jsonHasEachFindingsParts() throws Exception {
    Path file = write(SLOW);

    run("-f", file.toString(), "-o", "json");

    assertThat(new ObjectMapper().readTree(out.toString()).toString())
        .isEqualTo(
            "[{\"rule\":\"long-timeout\",\"severity\":\"warning\",\"source\":\""
                + file
                + "\",\"line\":11,\"object\":\"ValidatingWebhookConfiguration/gate"
                + " gate.example.com\",\"why\":\"timeoutSeconds is 20\",\"fix\":\"set"
                + " timeoutSeconds to 5 or less\"}]");
  }

  @Test
  void sarifPointsToTheObjectAndItsRule() throws Exception {
    Path file = write(SLOW);

    run("-f", file.toString(), "-o", "sarif");

    JsonNode log = new ObjectMapper().readTree(out.toString());
    assertThat(log.path("version").asText()).isEqualTo("2.1.0");
    JsonNode rules = log.at("/runs/0/tool/driver/rules");
    assertThat(rules).hasSize(LintRule.values().length);
    JsonNode results = log.at("/runs/0/results");
    assertThat(results).hasSize(1);
    assertThat(rules.path(results.at("/0/ruleIndex").asInt()).path("id").asText())
        .isEqualTo("long-timeout")
        .isEqualTo(results.at("/0/ruleId").asText());
    assertThat(results.at("/0/level").asText()).isEqualTo("warning");
    assertThat(results.at("/0/message/text").asText()).isEqualTo(FOUND);
    assertThat(results.at("/0/locations/0/physicalLocation").toString())
        .isEqualTo(
            "{\"artifactLocation\":{\"uri\":\"" + file + "\"},\"region\":{\"startLine\":11}}");
  }

  @Test
  void nothingToLookAtIsAWrongCall() throws Exception {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).startsWith("usher lint: nothing to look at: give --rules or -f");
  }

  @Test
  void missingFileIsNamed() throws Exception {
    Path file = folder.resolve("none.yaml");

    assertThat(run("-f", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains(file + ": there is no such file");
  }

  private Path write(String yaml) throws Exception {
    return Files.writeString(folder.resolve("gate.yaml"), yaml);
  }

  private int run(String... args) {
    var all = new String[args.length + 1];
    all[0] = "lint";
    System.arraycopy(args, 0, all, 1, args.length);
    return Usher.commandLine(all)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
  }
}
