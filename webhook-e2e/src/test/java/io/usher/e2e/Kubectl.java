package io.usher.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** kubectl as a user runs it. */
final class Kubectl {

  private final Path program;
  private final Path kubeconfig;

  Kubectl(Path program, Path kubeconfig) {
    this.program = program;
    this.kubeconfig = kubeconfig;
  }

  /**
   * What a run of kubectl printed.
   *
   * @param exitCode 0 where all went well
   */
  record Output(int exitCode, String out, String err) {}

  /** Runs kubectl with these arguments and this standard input. */
  Output run(String input, String... arguments) {
    var command = new ArrayList<>(List.of(program.toString(), "--kubeconfig=" + kubeconfig));
    command.addAll(List.of(arguments));
    return run(new ProcessBuilder(command), input);
  }

  /** Runs a command with this standard input. */
  static Output run(ProcessBuilder command, String input) {
    try {
      Path out = Files.createTempFile("kubectl", ".out");
      Path err = Files.createTempFile("kubectl", ".err");
      try {
        var process = command.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try (var stdin = process.getOutputStream()) {
          stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        int exitCode = process.waitFor();
        return new Output(exitCode, Files.readString(out), Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new IllegalStateException("run " + command.command(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("wait for " + command.command(), e);
    }
  }
}
