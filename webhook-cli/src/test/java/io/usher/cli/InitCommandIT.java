package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.example.labeler.Labeling;
import com.example.rules.CountingRules;
import io.usher.testkit.apiserver.ApiServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code usher init} against an API server; docs/initializer.md shows what it prints. */
@Timeout(180)
class InitCommandIT {

  private static final Path PAGE = Path.of("..", "docs", "initializer.md");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private ApiServer server;

  @BeforeEach
  void start() {
    server = ApiServer.start(options -> {});
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void pageShowsWhatTheCommandsPrint() throws Exception {
    String manifest = Files.readString(PAGE).split("```yaml\n", 2)[1].split("```", 2)[0];
    Path shop = Files.createDirectory(folder.resolve("shop"));
    Files.writeString(shop.resolve("shop.yaml"), manifest);

    assertThat(run("plan", "-f", shop.toString())).isEqualTo(1);
    assertThatPageShows("usher init plan --rules rules.jar -f shop/");

    createNamespace();
    server.apply(manifest);
    assertThat(connected("plan")).isEqualTo(1);
    assertThatPageShows("usher init plan --rules rules.jar");

    assertThat(connected("apply")).isZero();
    assertThatPageShows("usher init apply --rules rules.jar");
    assertThat(labels("ledger")).containsEntry("example.com/team", "payments");

    assertThat(connected("plan")).isZero();
    assertThat(out.toString()).contains(" 0 to change, ");
  }

  /** Below the command; {@code -Dusher.golden.update=true} writes it there. */
  private void assertThatPageShows(String command) throws IOException {
    assertThat(err.toString()).isEmpty();
    String printed = out.toString();
    out.getBuffer().setLength(0);
    String page = Files.readString(PAGE);
    String begin = "```\n$ " + command + "\n";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf("```", from);
    if (Boolean.getBoolean("usher.golden.update")) {
      Files.writeString(PAGE, page.substring(0, from) + printed + page.substring(to));
    } else {
      assertThat(masked(printed)).isEqualTo(masked(page.substring(from, to)));
    }
  }

  /** Rates and times differ. */
  private static String masked(String text) {
    return text.replaceAll("[0-9.]+/s, .* left", "RATE");
  }

  private Map<String, String> labels(String pod) {
    return server
        .client()
        .pods()
        .inNamespace("payments-prod")
        .withName(pod)
        .get()
        .getMetadata()
        .getLabels();
  }

  /** With the ServiceAccount that a controller makes, and Pods need. */
  private void createNamespace() {
    server.apply("{apiVersion: v1, kind: Namespace, metadata: {name: payments-prod}}");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                server
                        .client()
                        .serviceAccounts()
                        .inNamespace("payments-prod")
                        .withName("default")
                        .get()
                    != null);
  }

  private void pods(String... names) {
    createNamespace();
    for (String name : names) {
      server.apply(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: %s, namespace: payments-prod}
          spec: {containers: [{name: c, image: "c:1"}]}
          """
              .formatted(name));
    }
  }

  @Test
  void dryRunChangesNothing() throws Exception {
    pods("ledger");

    assertThat(connected("apply", "--dry-run=server")).isZero();
    assertThat(out.toString()).contains("1 would be changed");
    assertThat(labels("ledger")).isNullOrEmpty();
  }

  @Test
  void rulesThatChangeTheirOwnResultAreRefusedUnlessForced() throws Exception {
    pods("ledger");
    String rules = RuleFolder.write(folder, CountingRules.class).toString();

    assertThat(execute("apply", "--rules", rules, "--kubeconfig", kubeconfig())).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "usher init apply: CountingRules.count would change the objects again, and again; write"
                + " rules that leave their own result as it is, or add --force\n");
    assertThat(labels("ledger")).isNullOrEmpty();

    assertThat(execute("apply", "--rules", rules, "--kubeconfig", kubeconfig(), "--force"))
        .isZero();
    assertThat(labels("ledger")).containsEntry("count", "1");
  }

  @Test
  void runThatFailedGoesOnWhereItEnded() throws Exception {
    pods("a", "b", "c");
    Path resume = folder.resolve("resume");
    server.on("patch", "pods").next(1).answerInternalError();

    assertThat(connected("apply", "--max-failures", "1", "--resume", resume.toString()))
        .isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "Pod payments-prod/a is not changed: PATCH ",
            "0 changed, 1 failed",
            "stopped after 1 failures; the same command goes on from there");
    assertThat(labels("c")).isNullOrEmpty();

    assertThat(connected("apply", "--resume", resume.toString())).isZero();
    assertThat(labels("a")).containsKey("example.com/team");
    assertThat(labels("c")).containsKey("example.com/team");
    assertThat(resume).doesNotExist();
  }

  @Test
  void resumeFileOfOtherRulesIsRefused() throws Exception {
    Path resume = folder.resolve("resume");
    Files.writeString(resume, "{\"server\":\"https://other/\",\"rules\":\"\"}");

    assertThat(connected("apply", "--resume", resume.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("is from a run with another API server; delete it to begin anew");
  }

  @Test
  void secretsAreNotShown() throws Exception {
    Path secret =
        Files.writeString(
            folder.resolve("secret.yaml"),
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: keys}
            data: {key: aHVudGVyMg==}
            """);
    String rules = RuleFolder.write(folder, CountingRules.class).toString();

    assertThat(execute("plan", "--rules", rules, "-f", secret.toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains("-  key: '*** (before)'", "+  key: '*** (after)'")
        .doesNotContain("aHVudGVyMg==", "YWFh");
  }

  @Test
  void clusterThatDoesNotAnswerIsAFailure() throws Exception {
    String kubeconfig = kubeconfig();
    server.refuseConnections();

    assertThat(run("plan", "--kubeconfig", kubeconfig)).isEqualTo(1);
    assertThat(err.toString()).startsWith("usher init plan: POST apis/authentication.k8s.io/");
  }

  @Test
  void wrongUseIsTold() {
    assertThat(execute()).isEqualTo(2);
    assertThat(err.toString()).contains("usher init: say what to do: plan or apply");
  }

  private String kubeconfig() throws IOException {
    return Files.writeString(folder.resolve("kubeconfig"), server.kubeconfig()).toString();
  }

  private int connected(String... arguments) throws IOException, URISyntaxException {
    var words = new ArrayList<>(List.of(arguments));
    words.addAll(List.of("--kubeconfig", kubeconfig()));
    return run(words.toArray(String[]::new));
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
    var words = new ArrayList<>(List.of("init"));
    words.addAll(List.of(arguments));
    return Usher.commandLine("init")
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words.toArray(String[]::new));
  }
}
