package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.labeler.Labeling;
import com.example.rules.ConvertingRules;
import com.example.rules.FailingRules;
import com.fasterxml.jackson.databind.JsonNode;
import io.usher.cli.local.YamlDocuments;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code usher review} of the sample's rules: the whole command, and what it prints. */
class ReviewCommandIT {

  private static final Path SAMPLES =
      Path.of("..", "webhook-sample-labeler", "src", "main", "kubernetes", "samples");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void eachSampleComesOutAsItExpects() throws URISyntaxException {
    assertThat(run("-f", SAMPLES.toString())).as(out::toString).isZero();

    assertThat(out.toString())
        .contains(
            "pod/ledger created",
            "The Deployment \"nightly\" is invalid: ",
            "* admission webhook \"labeler.example.com\" denied the request: every Deployment names"
                + " who to call",
            "* metadata.annotations[example.com/owner]: Required value",
            "  +    example.com/cost-centre: CC-1200",
            "Warning: spec.ephemeralContainers[debugger-x7k2p].image: \"busybox\" is",
            "of that Labeling.labelPod ",
            "7 objects: 3 allowed, 3 patched, 1 denied\n",
            "Sent to an API server of this process: ")
        .doesNotContain("\u001b", "NOT AS EXPECTED");
  }

  @Test
  void surpriseIsToldAndFails() throws URISyntaxException, IOException {
    Path pod =
        write(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, annotations: {usher.io/expect: denied}}
            spec: {containers: [{name: web, image: "web:1"}]}
            """);

    assertThat(run("-f", pod.toString(), "--color", "always")).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "\u001b[31mNOT AS EXPECTED: expected denied, came patched\u001b[0m",
            "1 object: 1 patched; \u001b[31m1 not as expected\u001b[0m");
  }

  @Test
  void denialThatNobodyExpectsFails() throws URISyntaxException, IOException {
    Path deployment =
        write(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: web, image: "web:1"}]}
            """);

    assertThat(run("-f", deployment.toString(), "-o", "diff")).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void jsonAndYamlHoldTheSame() throws URISyntaxException, IOException {
    Path pod =
        write(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: payments-prod}
            spec: {containers: [{name: web, image: web}]}
            """);

    assertThat(run("-f", pod.toString(), "-o", "json")).isZero();
    JsonNode json = YamlDocuments.read("json", take()).get(0).tree().path(0);
    assertThat(run("-f", pod.toString(), "-o", "yaml")).isZero();
    JsonNode yaml = YamlDocuments.read("yaml", take()).get(0).tree();

    assertThat(json.path("outcome").asText()).isEqualTo("patched");
    assertThat(json.at("/object/metadata/labels/example.com~1team").asText()).isEqualTo("payments");
    assertThat(json.at("/calls/0/patch/0/op").asText()).isEqualTo("add");
    assertThat(json.at("/calls/0/rules/0/rule").asText()).isEqualTo("Labeling.labelPod");
    assertThat(json.at("/warnings/0").asText()).startsWith("spec.containers[web].image");
    for (String field : List.of("source", "line", "outcome", "warnings", "object")) {
      assertThat(yaml.path(field)).as(field).isEqualTo(json.path(field));
    }
  }

  @Test
  void diffIsOfWhatChanged() throws URISyntaxException {
    assertThat(run("-f", SAMPLES.resolve("pod-bare.yaml").toString(), "-o", "diff")).isZero();
    assertThat(out.toString())
        .isEqualTo(
            """
            --- Pod payments-prod/ledger as sent
            +++ Pod payments-prod/ledger as admitted
            @@ -5,6 +5,10 @@
               namespace: payments-prod
               annotations:
                 usher.io/expect: patched
            +  labels:
            +    app.kubernetes.io/managed-by: platform
            +    example.com/team: payments
            +    example.com/cost-centre: CC-1200
             spec:
               containers:
               - name: ledger
            """);
  }

  @Test
  void policiesAndRulesAreInOneReport() throws URISyntaxException, IOException {
    Path manifests =
        write(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicy
            metadata: {name: mark}
            spec:
              reinvocationPolicy: Never
              matchConstraints:
                resourceRules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
              mutations:
              - patchType: ApplyConfiguration
                applyConfiguration: {expression: "Object{metadata: Object.metadata{labels: {'by': 'policy'}}}"}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingAdmissionPolicyBinding
            metadata: {name: mark}
            spec: {policyName: mark}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: told}
            spec:
              matchConstraints:
                resourceRules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
              validations:
              - {expression: "false", messageExpression: "'team ' + object.metadata.labels['example.com/team']"}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: told}
            spec: {policyName: told, validationActions: [Warn]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: payments-prod}
            spec: {containers: [{name: web, image: web}]}
            """);

    assertThat(run("-f", manifests.toString())).as(out::toString).isZero();

    assertThat(out.toString())
        .containsSubsequence(
            "CREATE of Pod payments-prod/web (",
            "Warning: Validation failed for ValidatingAdmissionPolicy 'told' with binding 'told':"
                + " team payments\n",
            "Warning: spec.containers[web].image: ",
            "pod/web created\n",
            "  +    by: policy\n",
            "  +    example.com/team: payments\n",
            "  MutatingAdmissionPolicy mark with binding mark\n",
            "  ValidatingAdmissionPolicy told with binding told\n",
            "  /mutate/labeler.example.com took ",
            "  /validate/labeler.example.com took ",
            "5 objects: 4 allowed, 1 patched\n");
  }

  @ParameterizedTest
  @CsvSource({
    "throw, rule FailingRules.label failed: java.lang.IllegalStateException: no such team",
    "hang, rule FailingRules.label failed: it did not return in time"
  })
  void ruleThatFailsEndsWithOneAndItsLine(String pod, String what) throws IOException {
    Path manifest =
        write(
            "{apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {containers: [{name: c, image: c}]}}"
                .formatted(pod));

    int exitCode =
        execute(
            "-f",
            manifest.toString(),
            "--rules",
            RuleFolder.write(folder, FailingRules.class).toString());

    assertThat(exitCode).isEqualTo(1);
    assertThat(out.toString())
        .contains("pod/" + pod + " created", "\n  " + what, "; rules failed in 1\n")
        .containsPattern(
            "\n    at com\\.example\\.rules\\.FailingRules\\.label\\(FailingRules\\.java:\\d+\\)")
        .doesNotContain("at io.usher");
  }

  @Test
  void linesThatRulesLogAreShownWithTheirCall() throws IOException {
    Path manifest =
        write(
            "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: [{name: c, image: c}]}}");

    assertThat(
            execute(
                "-f",
                manifest.toString(),
                "--rules",
                RuleFolder.write(folder, FailingRules.class).toString()))
        .isZero();

    assertThat(out.toString())
        .containsPattern(
            "/mutate/failing\\.example\\.com took .*\n    INFO com\\.example\\.rules\\.FailingRules: looks at web\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void wrongFilesAndJarsAreNamed() throws URISyntaxException {
    assertThat(run("-f", "none.yaml")).isEqualTo(2);
    assertThat(execute("-f", SAMPLES.toString(), "--rules", "none.jar")).isEqualTo(2);
    assertThat(err.toString())
        .contains("usher review: none.yaml: there is no such file", "usher review: rules /")
        .contains("none.jar");
  }

  @Test
  void objectInAnOlderVersionIsShownAsItIsStored() throws IOException {
    Path tab =
        write(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: tabs.zoo.example.com}
            spec:
              group: zoo.example.com
              names: {kind: Tab, plural: tabs}
              scope: Namespaced
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
              - name: v1alpha1
                served: true
                storage: false
                schema:
                  openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
            ---
            apiVersion: zoo.example.com/v1alpha1
            kind: Tab
            metadata: {name: nightly}
            spec: {cron: "5"}
            """);

    assertThat(
            execute(
                "-f",
                tab.toString(),
                "--rules",
                RuleFolder.write(folder, ConvertingRules.class).toString()))
        .as(() -> out.toString() + err)
        .isZero();

    assertThat(out.toString())
        .contains(
            "  +++ Tab default/nightly as stored in zoo.example.com/v1",
            "  -apiVersion: zoo.example.com/v1alpha1",
            "  +apiVersion: zoo.example.com/v1",
            "  -  cron: \"5\"",
            "  +  minute: \"5\"",
            "  /convert/tabs.example.com took ");
  }

  @Test
  void helpTellsTheExitCodes() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).contains("Exit codes:", "usher.io/operation", "runs no controllers");
  }

  private int run(String... arguments) throws URISyntaxException {
    var words = new ArrayList<>(List.of(arguments));
    words.add("--rules");
    words.add(
        Path.of(Labeling.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString());
    return execute(words.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    var words = new ArrayList<>(List.of("review"));
    words.addAll(List.of(arguments));
    return Usher.commandLine("review")
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words.toArray(String[]::new));
  }

  private String take() {
    String text = out.toString();
    out.getBuffer().setLength(0);
    return text;
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("object.yaml"), text);
  }
}
