package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** {@code usher apiserver}, running as a process of its own. */
final class ApiServerProcess implements AutoCloseable {

  // JVM start and kinds take 2 s alone; builds may share the machine
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Process process;
  private final KubernetesApi api;

  private ApiServerProcess(Process process, KubernetesApi api) {
    this.process = process;
    this.api = api;
  }

  /**
   * Starts servers that the same clients know: with one certificate, and one token of an
   * administrator.
   *
   * @param server usher.jar
   * @param work where certificate, tokens and logs go
   * @param certificates of {@code localhost}
   */
  record Launcher(Path server, Path work, CertificateFiles certificates) {

    private static final String NAME = "apiserver";
    private static final String TOKEN = "e2e-admin";

    static Launcher create(Path server, Path work) throws IOException {
      var certificates = new CertificateFiles(work.resolve("certificates"), "apiserver-ca");
      certificates.issue(NAME, "localhost");
      Files.writeString(work.resolve("tokens.csv"), TOKEN + ",root,1,system:masters\n");
      return new Launcher(server, work, certificates);
    }

    /** Starts a server, and waits until it is ready. */
    ApiServerProcess start(int port, String... flags) throws IOException {
      Path log = Files.createTempFile(work, "apiserver", ".log");
      var command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-jar",
                  server.toString(),
                  "apiserver",
                  "--secure-port=" + port,
                  "--tls-cert-file=" + certificates.certificate(NAME),
                  "--tls-private-key-file=" + certificates.key(NAME),
                  "--token-auth-file=" + work.resolve("tokens.csv")));
      command.addAll(List.of(flags));
      Process process = ChildProcess.builder(log, command).start();
      var api = new KubernetesApi(uri(port), TOKEN, CertificateFiles.trusting(certificates.ca()));
      var started = new ApiServerProcess(process, api);
      try {
        Awaitility.await().atMost(START).untilAsserted(() -> started.requireReady(log));
      } catch (RuntimeException | Error e) {
        started.kill();
        throw e;
      }
      return started;
    }

    private static URI uri(int port) {
      return URI.create("https://localhost:" + port);
    }

    /** What its administrator's clients are given. */
    String kubeconfig(int port) {
      return Kubeconfig.of(uri(port), certificates.caBundle(), TOKEN);
    }
  }

  private void requireReady(Path log) throws IOException {
    assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
    try {
      api.get("/readyz").accepted();
    } catch (UncheckedIOException e) {
      throw new AssertionError("it does not listen yet: " + Files.readString(log), e);
    }
  }

  /** It, to its administrator. */
  KubernetesApi api() {
    return api;
  }

  /** Ends it as a crash does. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  /** Asks it to stop, and waits until it has. */
  @Override
  public void close() {
    process.destroy();
    if (!awaitEnd()) {
      kill();
      throw new IllegalStateException("usher apiserver still runs " + STOP + " after SIGTERM");
    }
  }
}
