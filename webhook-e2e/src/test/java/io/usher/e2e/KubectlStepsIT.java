package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.e2e.Kubectl.Output;
import io.usher.e2e.TwoServers.Both;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl prints at {@code usher apiserver} is what it prints at kube-apiserver. */
class KubectlStepsIT {

  private static final Path STEPS = Path.of("src/test/resources/io/usher/e2e/kubectl");

  @TempDir private static Path work;
  private static TwoServers servers;
  private static Both<Path> folders;

  @BeforeAll
  static void start() throws IOException {
    servers = new TwoServers(Files.createDirectory(work.resolve("servers")));
    folders =
        new Both<>(
            folder("real", servers.realKubeconfig()), folder("own", servers.ownKubeconfig()));
  }

  /** A folder to work in, with the files that the steps name. */
  private static Path folder(String name, String kubeconfig) throws IOException {
    Path folder = Files.createDirectory(work.resolve(name));
    try (Stream<Path> files = Files.list(STEPS)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Files.writeString(folder.resolve("kubeconfig"), kubeconfig);
    return folder;
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @TestFactory
  Stream<DynamicTest> kubectlPrintsTheSame() throws IOException {
    List<String> steps =
        Files.readAllLines(STEPS.resolve("steps.txt")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    assertThat(steps).hasSizeGreaterThanOrEqualTo(60);
    return steps.stream().map(step -> DynamicTest.dynamicTest(step, () -> compare(step)));
  }

  private static void compare(String step) {
    Both<Output> printed = folders.ask(folder -> masked(run(folder, step)));
    assertThat(printed.own()).isEqualTo(printed.real());
  }

  private static Output run(Path folder, String step) {
    var command = new ProcessBuilder("sh", "-c", step).directory(folder.toFile());
    command.environment().put("KUBECONFIG", folder.resolve("kubeconfig").toString());
    // where kubectl caches what it learns of a server
    command.environment().put("HOME", folder.toString());
    command
        .environment()
        .merge("PATH", TwoServers.assets().toString(), (path, assets) -> assets + ':' + path);
    return Kubectl.run(command, "");
  }

  private static Output masked(Output output) {
    return new Output(
        output.exitCode(), StepMask.masked(output.out()), StepMask.masked(output.err()));
  }
}
