package io.usher.e2e;

import io.usher.e2e.Kubectl.Output;
import io.usher.e2e.TwoServers.Both;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Commands of kubectl, each run at two servers at once, beside the files that they name. */
final class KubectlSteps {

  private static final Path RESOURCES = Path.of("src/test/resources/io/usher/e2e/kubectl");

  private final List<String> steps;
  private final Both<Path> folders;

  /**
   * @param file of the steps
   * @param work an empty folder, in which the commands run
   */
  KubectlSteps(String file, TwoServers servers, Path work) throws IOException {
    steps =
        Files.readAllLines(RESOURCES.resolve(file)).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    folders =
        new Both<>(
            folder(work.resolve("real"), servers.realKubeconfig()),
            folder(work.resolve("own"), servers.ownKubeconfig()));
  }

  /** A folder to work in, with the files that the steps name. */
  private static Path folder(Path folder, String kubeconfig) throws IOException {
    Files.createDirectory(folder);
    try (Stream<Path> files = Files.list(RESOURCES)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Files.writeString(folder.resolve("kubeconfig"), kubeconfig);
    return folder;
  }

  List<String> all() {
    return steps;
  }

  /** What a step prints at each server, masked. */
  Both<Output> run(String step) {
    return folders.ask(folder -> masked(run(folder, step)));
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
