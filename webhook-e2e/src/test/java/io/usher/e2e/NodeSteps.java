package io.usher.e2e;

import io.usher.e2e.Node.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file of commands, each behind {@code $} and followed by what it prints on the node, masked. The
 * commands run in a folder with the files that they name.
 */
final class NodeSteps {

  private static final Path RESOURCES = Path.of("src/test/resources/io/usher/e2e/kubectl");

  private final Node node;
  private final Path file;
  private final Path folder;
  private final Path kubeconfig;
  private final List<String> lines;

  /**
   * @param name of the file
   * @param folder an empty one, to work in
   * @param namespace where kubectl is
   */
  NodeSteps(Node node, String name, Path folder, String namespace) throws IOException {
    this.node = node;
    this.folder = folder;
    file = RESOURCES.resolve(name);
    lines = Files.readAllLines(file);
    try (Stream<Path> neighbours = Files.list(file.getParent())) {
      for (Path each : neighbours.toList()) {
        Files.copy(each, folder.resolve(each.getFileName()));
      }
    }
    kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"), node.kubectl("config", "view", "--raw", "--flatten"));
    run("kubectl config set-context --current --namespace=" + namespace).succeeded();
  }

  /** A command, and what it should print. */
  record Step(String command, String expected) {}

  List<Step> all() {
    var steps = new ArrayList<Step>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("$ ")) {
        steps.add(new Step(lines.get(i).substring(2), String.join("\n", printed(i))));
      }
    }
    return steps;
  }

  private List<String> printed(int command) {
    return lines.subList(command + 1, lines.size()).stream()
        .takeWhile(line -> !line.startsWith("$ ") && !line.startsWith("# ") && !line.isEmpty())
        .toList();
  }

  /** What a command prints now: both streams, masked, and how it ends where that is not well. */
  String print(String command) {
    Output output = run(command);
    // an empty line ends a step in the file
    String text =
        StepMask.masked(output.text())
            .lines()
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining("\n"));
    return output.exitCode() == 0
        ? text
        : (text + "\nends with " + output.exitCode()).stripLeading();
  }

  private Output run(String command) {
    return node.run(
        folder,
        "env",
        "KUBECONFIG=" + kubeconfig,
        // where kubectl caches what it learns of a server
        "HOME=" + folder,
        "sh",
        "-c",
        command);
  }

  /** Writes the file anew, with what the commands print now. */
  void update() throws IOException {
    var updated = new ArrayList<String>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      updated.add(line);
      if (line.startsWith("$ ")) {
        i += printed(i).size();
        print(line.substring(2)).lines().forEach(updated::add);
      }
    }
    Files.write(file, updated);
  }
}
