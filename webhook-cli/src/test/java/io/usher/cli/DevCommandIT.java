package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.labeler.Labeling;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process, with a kubectl that writes down what it is told. */
final class DevCommandIT {

  @TempDir private Path folder;

  private Path kubectl;
  private Path calls;

  @BeforeEach
  void writeKubectl() throws IOException {
    kubectl = folder.resolve("kubectl");
    calls = folder.resolve("calls");
    pointAt("kind-dev", "https://127.0.0.1:1");
  }

  private void pointAt(String context, String server) throws IOException {
    Files.writeString(
        kubectl,
        """
        #!/bin/sh
        echo "$*" >> %1$s
        case $1 in
        config) echo '{"current-context":"%2$s","clusters":[{"cluster":{"server":"%3$s"}}]}' ;;
        apply) cat > %1$s.applied ;;
        esac
        """
            .formatted(calls, context, server));
    assertThat(kubectl.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void registersWhenReadyAndUnregistersAtTheEnd() throws Exception {
    int port = freePort();
    Process process = start("--rules", rules(), "--port", Integer.toString(port), "--name", "jo");
    try (var out = process.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.startsWith("registered")) {
        line = out.readLine();
      }
      assertThat(line)
          .isEqualTo(
              "registered; a namespace opts in by: kubectl label namespace NAME usher.io/dev=jo");
      assertThat(Files.readString(calls.resolveSibling("calls.applied")))
          .contains("url: https://host.docker.internal:" + port + "/mutate/labeler.example.com")
          .doesNotContain("failurePolicy: Fail");
      assertThat(Files.readString(calls)).doesNotContain("delete");

      process.destroy();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readAllLines(calls))
        .containsExactly(
            "config view --minify -o json",
            "apply --server-side --force-conflicts -f -",
            "delete mutatingwebhookconfigurations,validatingwebhookconfigurations"
                + " --ignore-not-found -l usher.io/dev=jo");
  }

  @Test
  void clusterThatIsNotLocalIsRefused() throws Exception {
    pointAt("prod", "https://prod.example.com");

    Process process = start("--rules", rules());

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(new String(process.getErrorStream().readAllBytes()))
        .contains("context prod is no local cluster; --any-cluster takes it anyway");
    assertThat(Files.readAllLines(calls)).containsExactly("config view --minify -o json");
  }

  @Test
  void cleanupRemovesAndEnds() throws Exception {
    Process process = start("--cleanup");

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readAllLines(calls))
        .last()
        .isEqualTo(
            "delete mutatingwebhookconfigurations,validatingwebhookconfigurations"
                + " --ignore-not-found -l usher.io/dev=dev");
  }

  private Process start(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Usher.class.getName()));
    command.addAll(List.of("dev", "--kubectl", kubectl.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  private static String rules() throws Exception {
    return Path.of(Labeling.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
