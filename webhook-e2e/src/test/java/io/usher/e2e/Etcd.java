package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A single etcd that can be killed and started again on the same folder and port. */
final class Etcd implements AutoCloseable {

  private final List<String> command = new ArrayList<>();
  private final Path log;
  private final URI uri;
  private Process process;

  private Etcd(Path work, String scheme, List<String> flags) {
    int port = UsherProcess.freePort();
    // A certificate of these tests names no address.
    uri = URI.create(scheme + (scheme.equals("https") ? "://localhost:" : "://127.0.0.1:") + port);
    log = work.resolve("etcd.log");
    command.addAll(
        List.of(
            Path.of(System.getProperty("usher.e2e.assets"), "etcd").toString(),
            "--data-dir=" + work.resolve("etcd"),
            "--listen-client-urls=" + scheme + "://127.0.0.1:" + port,
            "--advertise-client-urls=" + uri,
            "--listen-peer-urls=http://127.0.0.1:" + UsherProcess.freePort()));
    command.addAll(flags);
  }

  /**
   * Starts one.
   *
   * @param work an empty folder for what it keeps
   */
  static Etcd start(Path work) throws IOException {
    return start(work, "http");
  }

  /** The same with flags, as for TLS. */
  static Etcd start(Path work, String scheme, String... flags) throws IOException {
    var etcd = new Etcd(work, scheme, List.of(flags));
    etcd.start();
    return etcd;
  }

  URI uri() {
    return uri;
  }

  /** Starts it where it was. */
  void start() throws IOException {
    process =
        ChildProcess.builder(log, command)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Eventually.eventually(
        () -> {
          assertThat(process.isAlive()).as("etcd runs, see %s", log).isTrue();
          try {
            new Socket(uri.getHost(), uri.getPort()).close();
          } catch (IOException e) {
            throw new AssertionError("etcd does not listen yet", e);
          }
        });
  }

  /** Ends it with SIGKILL, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    kill();
  }
}
