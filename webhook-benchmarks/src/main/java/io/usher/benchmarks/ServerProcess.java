package io.usher.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A server that runs as a process of its own until it is closed. */
public final class ServerProcess implements AutoCloseable {

  /** A port file has the port that is measured first. */
  private static final Pattern PORT = Pattern.compile("\\d+");

  private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use(\\w+)GC\\b");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Of what it wrote last, to tell why it ended: a server logs each decision. */
  private static final int TAIL = 4096;

  private final Process process;
  private final Path portFile;
  private final long startNanos;
  private final Thread reader = new Thread(this::readLog, "log");
  private byte[] tail = new byte[0];

  private ServerProcess(Process process, Path portFile, long startNanos) {
    this.process = process;
    this.portFile = portFile;
    this.startNanos = startNanos;
  }

  /**
   * Starts a server.
   *
   * @param portFile where it writes its port; must not be there yet
   */
  public static ServerProcess start(List<String> command, Path portFile) throws IOException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.PIPE)
            .start();
    var server = new ServerProcess(process, portFile, start);
    server.reader.setDaemon(true);
    server.reader.start();
    return server;
  }

  /** When it was started, on {@link System#nanoTime()}'s scale. */
  public long startNanos() {
    return startNanos;
  }

  /** Its port, once it has one. */
  public int awaitPort() throws IOException {
    return await(
        () -> {
          if (!Files.exists(portFile)) {
            return null;
          }
          Matcher port = PORT.matcher(Files.readString(portFile));
          return port.find() ? Integer.valueOf(port.group()) : null;
        });
  }

  /** Looks whether a server has started, and what it tells of itself. */
  public interface Sign<T> {
    @Nullable T look() throws IOException;
  }

  /** Waits for a sign that it has started. */
  public <T> T await(Sign<T> sign) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end && process.isAlive()) {
      T seen = sign.look();
      if (seen != null) {
        return seen;
      }
      pause();
    }
    close();
    throw new IOException("the server did not start: " + log());
  }

  /** The processor time that it has taken so far. */
  public Duration cpuTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The most memory that it has had resident, in MB. */
  public double peakMegabytes() throws IOException {
    return megabytes("VmHWM");
  }

  /** The memory that it has resident now, in MB. */
  public double residentMegabytes() throws IOException {
    return megabytes("VmRSS");
  }

  private double megabytes(String field) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    Matcher value = Pattern.compile(field + ":\\s+(\\d+) kB").matcher(Files.readString(status));
    if (!value.find()) {
      throw new IOException(status + " tells no " + field);
    }
    return Long.parseLong(value.group(1)) / 1024.0;
  }

  /** The garbage collector that it runs with: {@code Serial}, {@code G1}. */
  public String collector() throws IOException {
    Matcher flag = COLLECTOR.matcher(jcmd("VM.flags"));
    return flag.find() ? flag.group(1) : "unknown";
  }

  /** Has its JVM carry out a diagnostic command. */
  String jcmd(String... command) throws IOException {
    var line = new ArrayList<String>();
    line.add(ChildProcess.ofJdk("jcmd"));
    line.add(Long.toString(process.pid()));
    line.addAll(List.of(command));
    return ChildProcess.output(line);
  }

  @Override
  public void close() {
    // Of a process that ended by itself, what it wrote last is still to be read.
    if (process.isAlive()) {
      process.destroyForcibly();
    }
    try {
      process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      reader.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What it wrote last to its standard error. */
  private synchronized String log() {
    return new String(tail, UTF_8);
  }

  private void readLog() {
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = process.getErrorStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        keep(buffer, count);
      }
    } catch (IOException e) {
      keep(e.toString().getBytes(UTF_8), e.toString().length());
    }
  }

  private synchronized void keep(byte[] buffer, int count) {
    byte[] joined = Arrays.copyOf(tail, tail.length + count);
    System.arraycopy(buffer, 0, joined, tail.length, count);
    tail = Arrays.copyOfRange(joined, Math.max(0, joined.length - TAIL), joined.length);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }
}
