package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.rules.CountedRules;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a process, with a kubectl that writes down what it is told. */
final class DevCommandIT {

  @TempDir private Path folder;

  private Path kubectl;
  private Path calls;
  private Path temporary;

  @BeforeEach
  void writeKubectl() throws IOException {
    kubectl = folder.resolve("kubectl");
    calls = folder.resolve("calls");
    temporary = Files.createDirectory(folder.resolve("tmp"));
    pointAt("kind-dev", "https://127.0.0.1:1");
  }

  private void pointAt(String context, String server) throws IOException {
    Files.writeString(
        kubectl,
        """
        #!/bin/sh
        echo "$*" >> %1$s
        case "$*" in
        config*) echo '{"current-context":"%2$s","clusters":[{"cluster":{"server":"%3$s"}}]}' ;;
        *apply*) cat > %1$s.applied ;;
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
      assertThat(linesUntilRegistered(out))
          .last()
          .isEqualTo(
              "registered; a namespace opts in by: kubectl label namespace NAME usher.io/dev=jo");
      assertThat(Files.readString(calls.resolveSibling("calls.applied")))
          .contains("url: https://host.docker.internal:" + port + "/mutate/counted.example.com")
          .doesNotContain("failurePolicy: Fail");
      assertThat(Files.readString(calls)).doesNotContain("delete");
      assertThat(temporaryFiles()).isNotEmpty();

      process.destroy();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readAllLines(calls))
        .containsExactly(
            "config view --minify -o json",
            "--context=kind-dev apply --server-side --force-conflicts -f -",
            "--context=kind-dev delete mutatingwebhookconfigurations,validatingwebhookconfigurations"
                + " --ignore-not-found -l usher.io/dev=jo");
    assertThat(temporaryFiles()).isEmpty();
    assertThat(folder.resolve("made")).hasContent("made\n");
  }

  @Test
  void onlyThisMachineReachesTheServerOfACallerOnThisMachine() throws Exception {
    pointAt("mine", "https://127.0.0.1:6443");
    int port = freePort();

    Process process = start("--rules", rules(), "--port", Integer.toString(port), "--any-cluster");

    try (var out = process.inputReader()) {
      assertThat(linesUntilRegistered(out))
          .noneMatch(line -> line.startsWith("whoever reaches"))
          .last()
          .asString()
          .startsWith("registered");
      new Socket("127.0.0.1", port).close();
      assertThatThrownBy(() -> new Socket("127.0.0.2", port).close())
          .isInstanceOf(ConnectException.class);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void serverOfCallersInContainersSaysWhoReachesIt() throws Exception {
    int port = freePort();
    Process process = start("--rules", rules(), "--port", Integer.toString(port));
    try (var out = process.inputReader()) {
      assertThat(linesUntilRegistered(out))
          .contains(
              "whoever reaches 0.0.0.0:" + port + " may send reviews; --bind ADDRESS narrows that");
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({"prod, https://prod.example.com", "tunnel, https://127.0.0.1:6443"})
  void clusterThatNoToolForLocalOnesMadeIsRefused(String context, String server) throws Exception {
    pointAt(context, server);

    Process process = start("--rules", rules());

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(new String(process.getErrorStream().readAllBytes()))
        .contains(
            "context "
                + context
                + " ("
                + server
                + ") was not made by kind, k3d, minikube or Docker Desktop, so others may use its"
                + " cluster; if it is yours alone, add --any-cluster");
    assertThat(Files.readAllLines(calls)).containsExactly("config view --minify -o json");
    assertThat(temporaryFiles()).isEmpty();
  }

  @Test
  void cleanupRemovesAndEnds() throws Exception {
    Process process = start("--cleanup");

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readAllLines(calls))
        .last()
        .isEqualTo(
            "--context=kind-dev delete mutatingwebhookconfigurations,validatingwebhookconfigurations"
                + " --ignore-not-found -l usher.io/dev=dev");
  }

  private static List<String> linesUntilRegistered(BufferedReader out) throws IOException {
    var lines = new ArrayList<String>();
    String line = out.readLine();
    while (line != null) {
      lines.add(line);
      line = line.startsWith("registered") ? null : out.readLine();
    }
    return lines;
  }

  private List<String> temporaryFiles() {
    return List.of(Objects.requireNonNull(temporary.toFile().list()));
  }

  private Process start(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-Dusher.test.made=" + folder.resolve("made"));
    // HotSpot's counters would lie there too
    command.add("-XX:-UsePerfData");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Usher.class.getName()));
    command.addAll(List.of("dev", "--kubectl", kubectl.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  private String rules() throws IOException {
    return RuleFolder.write(folder, CountedRules.class).toString();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
