package io.usher.e2e;

import java.io.IOException;
import java.math.BigInteger;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** The shipped server, running as a process of its own. */
final class UsherProcess implements AutoCloseable {

  // JVM start, rule jars and certificates take 2 s alone; builds may share the machine
  private static final Duration START = Duration.ofSeconds(60);

  /** How long it takes to end, at most: it goes on serving for a while. */
  static final Duration END = Duration.ofSeconds(60);

  /** For what its certificates are: every Service of its namespace, and this machine. */
  static final String[] DNS_NAMES = {Cluster.dnsName("*"), "localhost"};

  private final Process process;
  private final int port;
  private final int healthPort;
  private final Path log;
  private final SSLContext tls;
  private final HttpClient http = HttpClient.newHttpClient();

  private UsherProcess(Process process, int port, int healthPort, Path log, SSLContext tls) {
    this.process = process;
    this.port = port;
    this.healthPort = healthPort;
    this.log = log;
    this.tls = tls;
  }

  /**
   * Starts servers.
   *
   * @param server usher.jar
   * @param rules the jar of rules
   * @param work where logs go
   * @param certificates which serving certificates come from
   */
  record Launcher(Path server, Path rules, Path work, CertificateFiles certificates) {

    /** Starts a server with a certificate and a log of this name, and waits until it is ready. */
    UsherProcess start(String name, String... flags) {
      return start(name, freePort(), List.of(flags));
    }

    /** The same, on this port. */
    UsherProcess start(String name, int port, List<String> flags) {
      return start(name, DNS_NAMES, port, flags);
    }

    /** The same, with a certificate for these hosts. */
    UsherProcess start(String name, String[] hosts, int port, List<String> flags) {
      certificates.issue(name, hosts);
      return start(
          name,
          port,
          flags,
          certificates.certificate(name),
          certificates.key(name),
          certificates.ca());
    }

    /** Starts a server with a certificate that somebody else has put into the folder. */
    UsherProcess start(String name, Path tls) {
      return start(
          name,
          freePort(),
          List.of(),
          tls.resolve("tls.crt"),
          tls.resolve("tls.key"),
          tls.resolve("ca.crt"));
    }

    private UsherProcess start(
        String name, int port, List<String> flags, Path certificate, Path key, Path ca) {
      int healthPort = freePort();
      Path log = work.resolve(name + ".log");
      var command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-jar",
                  server.toString(),
                  "serve",
                  "--rules=" + rules,
                  "--port=" + port,
                  "--health-port=" + healthPort,
                  "--cert=" + certificate,
                  "--key=" + key));
      command.addAll(flags);
      try {
        Process process = ChildProcess.builder(log, command).start();
        var usher = new UsherProcess(process, port, healthPort, log, CertificateFiles.trusting(ca));
        usher.awaitReady();
        return usher;
      } catch (IOException e) {
        throw new IllegalStateException("start " + command, e);
      }
    }
  }

  int port() {
    return port;
  }

  /** Asks it to stop, as a kubelet does, and returns at once. */
  void terminate() {
    process.destroy();
  }

  /** Waits until it has ended, and gives its exit code. */
  int awaitExit(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("it still runs after " + patience);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  /** What the health port answers. */
  String get(String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + healthPort + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      var response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(response.statusCode() + " " + response.body());
      }
      return response.body();
    } catch (IOException e) {
      throw new IllegalStateException("GET " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  /** The reviews that it is at work on, by its own metrics. */
  long inFlight() {
    return metric("usher_reviews_in_flight");
  }

  /** The reviews that it has answered with 429, by its own metrics. */
  long shed() {
    return metric("usher_reviews_rejected_total\\{.*status=\"429\".*");
  }

  /** The sum of the values whose name and labels match the pattern. */
  private long metric(String pattern) {
    return get("/metrics")
        .lines()
        .filter(line -> line.matches(pattern + " .*"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** The serial number of the certificate that a new connection gets. */
  BigInteger servedSerialNumber() {
    try (var socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port)) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    } catch (IOException e) {
      throw new IllegalStateException("connect to port " + port, e);
    }
  }

  private void awaitReady() throws IOException {
    Instant end = Instant.now().plus(START);
    while (true) {
      try {
        get("/readyz");
        return;
      } catch (IllegalStateException e) {
        if (!process.isAlive() || Instant.now().isAfter(end)) {
          process.destroyForcibly();
          throw new IllegalStateException(
              "the server does not get ready:\n" + Files.readString(log), e);
        }
        TestNamespace.pause(Duration.ofMillis(100));
      }
    }
  }

  /**
   * A port that nobody listens on. It is below those that Linux gives to connections: one of them
   * would take it while a server restarts.
   */
  static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (var socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Taken: another one.
      } catch (IOException e) {
        throw new IllegalStateException("find a free port", e);
      }
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
