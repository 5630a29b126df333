package io.usher.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/** Programs that answer and end. */
public final class ChildProcess {

  private ChildProcess() {}

  /** What a command prints; it fails when the command does. */
  public static String output(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(String.join(" ", command) + " ended with " + code + ": " + output);
      }
      return output;
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted in " + command.get(0), e);
    }
  }

  /** A program of the Java that runs this. */
  public static String ofJdk(String program) {
    return System.getProperty("java.home") + "/bin/" + program;
  }
}
