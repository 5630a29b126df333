package io.usher.maven;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One command of Usher's that has run in a JVM of its own.
 *
 * @param exitCode as the command's help tells them
 * @param output all that it printed
 */
record UsherProcess(int exitCode, String output) {

  static final String MAIN = "io.usher.cli.Usher";

  /**
   * Runs a command to its end, by the JVM that this one is.
   *
   * @param classPath of the server
   * @param arguments the command's name and its options
   */
  static UsherProcess run(Collection<Path> classPath, List<String> arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // It lives for a second: what the second compiler costs never comes back.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    command.add(MAIN);
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
      return new UsherProcess(process.waitFor(), output.strip());
    } finally {
      process.destroy();
    }
  }
}
