package io.usher.benchmarks.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A cgroup with a limit of memory, of version 1 or 2, that a process can be started in. */
final class MemoryCgroup implements AutoCloseable {

  private static final Path V1 = Path.of("/sys/fs/cgroup/memory");
  private static final Path V2 = Path.of("/sys/fs/cgroup");

  private final Path directory;
  private final boolean unified;

  private MemoryCgroup(Path directory, boolean unified) {
    this.directory = directory;
    this.unified = unified;
  }

  /** Makes one; an {@link IOException} says why there can be none. */
  static MemoryCgroup make(long limitBytes) throws IOException {
    boolean unified = Files.exists(V2.resolve("cgroup.controllers"));
    Path parent = unified ? V2 : V1;
    var name = "usher-hostile-" + ProcessHandle.current().pid();
    Path directory = Files.createDirectory(parent.resolve(name));
    var cgroup = new MemoryCgroup(directory, unified);
    try {
      write(directory.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), limitBytes);
      if (unified && Files.exists(directory.resolve("memory.swap.max"))) {
        write(directory.resolve("memory.swap.max"), 0);
      }
      return cgroup;
    } catch (IOException e) {
      cgroup.close();
      throw e;
    }
  }

  /** The command, to be run within it. */
  List<String> command(List<String> command) {
    var line = new java.util.ArrayList<String>();
    line.addAll(List.of("sh", "-c", "echo $$ > \"$0\" && exec \"$@\""));
    line.add(directory.resolve("cgroup.procs").toString());
    line.addAll(command);
    return line;
  }

  /** The most that its processes had since it was made, page cache and all, in bytes. */
  long peakBytes() throws IOException {
    return Long.parseLong(
        read(directory.resolve(unified ? "memory.peak" : "memory.max_usage_in_bytes")));
  }

  /** Processes that the kernel killed for its limit. */
  long kills() throws IOException {
    Path events = directory.resolve(unified ? "memory.events" : "memory.oom_control");
    return Files.readAllLines(events).stream()
        .map(line -> line.split(" "))
        .filter(words -> words[0].equals("oom_kill"))
        .mapToLong(words -> Long.parseLong(words[1]))
        .sum();
  }

  private static void write(Path file, long value) throws IOException {
    Files.writeString(file, Long.toString(value));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file).strip();
  }

  /** Removes it, when its processes have ended. */
  @Override
  public void close() {
    Optional<IOException> last = Optional.empty();
    for (int i = 0; i < 50; i++) {
      try {
        Files.deleteIfExists(directory);
        return;
      } catch (IOException e) {
        last = Optional.of(e);
        pause();
      }
    }
    last.ifPresent(e -> System.err.println("remove " + directory + ": " + e));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
