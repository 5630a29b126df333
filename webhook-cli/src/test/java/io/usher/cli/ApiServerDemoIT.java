package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.example.ingresses.TeamOfNamespace;
import com.example.labeler.Labeling;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of {@code make demo}: the API server, asked by curl. The README shows what it prints. */
@Timeout(180)
class ApiServerDemoIT {

  private static final Path ROOT = Path.of("..");

  @Test
  void readmeShowsWhatItPrints() throws IOException, InterruptedException {
    assumeTrue(isInstalled("curl") && isInstalled("kubectl"), "needs curl and kubectl");

    assertThat(run("kubectl")).isEqualTo(readme());
  }

  @Test
  void withoutKubectlTheAnswersAreTheSame() throws IOException, InterruptedException {
    assumeTrue(isInstalled("curl"), "needs curl");

    assertThat(run("none"))
        .filteredOn(ApiServerDemoIT::isAnswer)
        .isEqualTo(readme().stream().filter(ApiServerDemoIT::isAnswer).toList());
  }

  @Test
  void withRulesObjectsThatExistAreChanged()
      throws IOException, InterruptedException, URISyntaxException {
    assumeTrue(isInstalled("curl"), "needs curl");

    assertThat(run("none", folder(Labeling.class), folder(TeamOfNamespace.class)))
        .containsSubsequence(
            "$ usher init plan --rules rules.jar",
            "+++ Pod default/billing with the rules",
            "+    app.kubernetes.io/managed-by: platform",
            "2 objects: 2 to change, 0 right",
            "$ usher init apply --rules rules.jar",
            "2 changed",
            "$ usher init plan --rules rules.jar",
            "2 objects: 0 to change, 2 right",
            "$ usher controller --rules handlers.jar &",
            "\"labels\":{\"example.com/team\":\"retail\"}");
  }

  private static String folder(Class<?> rules) throws URISyntaxException {
    return Path.of(rules.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }

  private static List<String> run(String kubectl) throws IOException, InterruptedException {
    return run(kubectl, "", "");
  }

  private static List<String> run(String kubectl, String rules, String handlers)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder("bash", "tools/apiserver-demo.sh").directory(ROOT.toFile());
    String java = ProcessHandle.current().info().command().orElse("java");
    builder
        .environment()
        .put(
            "USHER",
            java + " -cp " + System.getProperty("java.class.path") + " io.usher.cli.Usher");
    builder.environment().put("KUBECTL", kubectl);
    builder.environment().put("RULES", rules);
    builder.environment().put("HANDLERS", handlers);
    Process demo = builder.redirectErrorStream(true).start();
    String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(demo.waitFor()).as(output).isZero();
    return output.lines().map(ApiServerDemoIT::masked).toList();
  }

  private static List<String> readme() throws IOException {
    String text = Files.readString(ROOT.resolve("README.md"));
    int start = text.indexOf("$ usher apiserver --secure-port 0");
    return text.substring(start, text.indexOf("```", start))
        .lines()
        .map(ApiServerDemoIT::masked)
        .toList();
  }

  /** Without what differs from run to run, and without what follows a Pod's name. */
  private static String masked(String line) {
    return line.replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT")
        .replaceAll("--port=\\d+", "--port=PORT")
        .replaceAll("^(Audit-Id|Date|X-Kubernetes-Pf-\\w+-Uid): .*", "$1")
        .replaceAll("^[0-9a-f]+$", "CHUNK")
        .replaceAll("\"resourceVersion\":\"\\d+\"", "\"resourceVersion\":\"\"")
        .replaceAll("(\"name\":\"web\").*", "$1");
  }

  private static boolean isAnswer(String line) {
    return line.startsWith("{") || line.startsWith("HTTP/1.1") || line.startsWith("Transfer-");
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
