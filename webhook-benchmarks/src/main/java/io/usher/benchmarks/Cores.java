package io.usher.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who runs on which core, by {@code taskset} where there is one: without it everything runs where
 * the system puts it, and the figures say so.
 */
final class Cores {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  private final List<Integer> cores;

  private Cores(List<Integer> cores) {
    this.cores = cores;
  }

  /** The first two cores that this process may use, or none. */
  static Cores find() {
    List<Integer> allowed = allowed();
    boolean usable = allowed.size() >= 2 && Files.isExecutable(Path.of("/usr/bin/taskset"));
    return new Cores(usable ? List.copyOf(allowed.subList(0, 2)) : List.of());
  }

  /** What a command line begins with so that the process runs on the first core alone. */
  List<String> onFirst() {
    return prefix(cores.stream().limit(1).toList());
  }

  /** What a command line begins with so that the process runs on both cores. */
  List<String> onBoth() {
    return prefix(cores);
  }

  /** Moves all threads of this process to the second core. */
  void moveToSecond() throws IOException {
    move(cores.stream().skip(1).toList());
  }

  /** Gives this process both cores again. */
  void moveToBoth() throws IOException {
    move(cores);
  }

  @Override
  public String toString() {
    return cores.isEmpty()
        ? "nothing is pinned to a core"
        : "served on core "
            + cores.get(0)
            + " with its load on core "
            + cores.get(1)
            + ", all else on both";
  }

  private static List<String> prefix(List<Integer> cores) {
    return cores.isEmpty() ? List.of() : List.of("taskset", "-c", joined(cores));
  }

  private static void move(List<Integer> cores) throws IOException {
    if (!cores.isEmpty()) {
      String self = Long.toString(ProcessHandle.current().pid());
      ChildProcess.output(List.of("taskset", "-a", "-c", "-p", joined(cores), self));
    }
  }

  private static String joined(List<Integer> cores) {
    return String.join(",", cores.stream().map(String::valueOf).toList());
  }

  private static List<Integer> allowed() {
    var allowed = new ArrayList<Integer>();
    for (String range : allowedList().orElse("").split(",")) {
      String[] ends = range.trim().split("-");
      if (!ends[0].isEmpty()) {
        for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
          allowed.add(i);
        }
      }
    }
    return allowed;
  }

  private static Optional<String> allowedList() {
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(ALLOWED))
          .map(line -> line.substring(ALLOWED.length()))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
