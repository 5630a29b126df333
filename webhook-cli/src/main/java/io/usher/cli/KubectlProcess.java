package io.usher.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * kubectl as the developer set it up: it knows how to reach and to log in to his clusters.
 *
 * @param command the program, and what each call has before its arguments
 */
record KubectlProcess(List<String> command) {

  KubectlProcess {
    command = List.copyOf(command);
  }

  /**
   * Runs it and returns what it printed.
   *
   * @param input its standard input
   * @throws IOException with what it complained of, or that there is none
   */
  String run(String input, String... arguments) throws IOException, InterruptedException {
    var all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    Process process = new ProcessBuilder(all).start();
    var errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = text(process.getInputStream());
    if (process.waitFor() != 0) {
      throw new IOException("kubectl " + arguments[0] + ": " + errors.join().strip());
    }
    return output;
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
