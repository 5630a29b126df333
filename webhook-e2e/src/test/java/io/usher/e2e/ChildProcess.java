package io.usher.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts processes that end with this JVM, however it ends: one that is killed closes nothing, and
 * its servers would go on.
 */
final class ChildProcess {

  /**
   * Becomes the command, so that its process id is that of the process started here. A child that
   * the command does not know of looks on: once the JVM is gone, it kills its parent, unless that
   * has ended and the number is another's by now.
   */
  private static final String SCRIPT =
      """
      sh -c '
        while kill -0 "$0" && kill -0 "$PPID"; do sleep 1; done
        test "$(ps -o ppid= -p $$)" -eq "$PPID" && kill -9 "$PPID"
      ' "$0" > /dev/null 2>&1 &
      exec "$@"
      """;

  private ChildProcess() {}

  /**
   * Starts processes that end with this JVM.
   *
   * @param log gets what they print
   */
  static ProcessBuilder builder(Path log, List<String> command) {
    return builder(ProcessHandle.current(), command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile());
  }

  /** Starts processes that end with their owner. */
  static ProcessBuilder builder(ProcessHandle owner, List<String> command) {
    var all = new ArrayList<>(List.of("sh", "-c", SCRIPT, Long.toString(owner.pid())));
    all.addAll(command);
    return new ProcessBuilder(all);
  }
}
