package io.usher.benchmarks.hostile;

import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** {@code usher serve} as the image starts it, in a cgroup. */
final class ContainedServer implements AutoCloseable {

  private static final Pattern PORTS = Pattern.compile("\"port\":(\\d+),\"healthPort\":(\\d+)");
  private static final int START_SECONDS = 120;

  /** A pause before each: twenty seconds, longer than an answer may stay unread. */
  private static final int SCRAPES = 400;

  private final Process process;
  private final Path directory;
  private final Target target;

  private ContainedServer(Process process, Path directory, Target target) {
    this.process = process;
    this.directory = directory;
    this.target = target;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * @param flags of the JVM
   * @param directory for what it writes
   */
  static ContainedServer start(
      MemoryCgroup cgroup, List<String> flags, Path usher, Path rules, Path directory)
      throws IOException, GeneralSecurityException {
    var command = new ArrayList<String>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(flags);
    command.addAll(
        List.of(
            "-jar",
            usher.toString(),
            "serve",
            "--rules=" + rules,
            "--dev-certs=" + directory,
            "--host=127.0.0.1",
            "--health-host=127.0.0.1",
            "--port=0",
            "--health-port=0",
            "--shutdown-delay=0s",
            // So that clients are asked for a certificate.
            "--client-ca=" + clientCa(directory),
            "--authenticate=/validate/labeler.example.com=certificate",
            "--port-file=" + directory.resolve("ports")));
    var process =
        new ProcessBuilder(cgroup.command(command))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    try {
      return new ContainedServer(process, directory, awaitTarget(process, directory));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static Target awaitTarget(Process process, Path directory)
      throws IOException, GeneralSecurityException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() < end) {
      if (Files.exists(directory.resolve("ports"))) {
        var ports = PORTS.matcher(Files.readString(directory.resolve("ports")));
        if (ports.find()) {
          return new Target(
              Integer.parseInt(ports.group(1)),
              Integer.parseInt(ports.group(2)),
              client(Files.readAllBytes(directory.resolve("ca.crt")), new KeyManager[0]),
              client(Files.readAllBytes(directory.resolve("ca.crt")), stranger()));
        }
      }
      pause();
    }
    throw new IOException("the server did not start: see " + directory.resolve("log"));
  }

  private static Path clientCa(Path directory) throws IOException, GeneralSecurityException {
    var clients = new DevelopmentCertificates(Clock.systemUTC());
    return Files.writeString(directory.resolve("clients.crt"), PemFile.text(clients.authority()));
  }

  /** A certificate of a CA that nobody knows. */
  private static KeyManager[] stranger() throws IOException, GeneralSecurityException {
    var own =
        new DevelopmentCertificates(Clock.systemUTC())
            .issue(Purpose.CLIENT, "kube-apiserver", List.of());
    var keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    keys.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.certificate()});
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, new char[0]);
    return factory.getKeyManagers();
  }

  /** A client that trusts this CA, with these certificates of its own. */
  static SSLContext client(byte[] ca, KeyManager[] own)
      throws IOException, GeneralSecurityException {
    var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = new ByteArrayInputStream(ca)) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(own, factory.getTrustManagers(), null);
    return context;
  }

  Target target() {
    return target;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its counters that tell of a limit, by the limit's name. */
  Map<String, Long> limits() throws IOException {
    String metrics = scrape();
    // Scrapes that an attacker left unread end first.
    for (int i = 0; i < SCRAPES && metrics.startsWith("HTTP/1.1 429"); i++) {
      pause();
      metrics = scrape();
    }
    var found = new TreeMap<String, Long>();
    metrics
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int end = line.lastIndexOf(' ');
              String limit = limit(line);
              if (end > 0 && !limit.isEmpty()) {
                found.merge(limit, (long) Double.parseDouble(line.substring(end + 1)), Long::sum);
              }
            });
    if (!found.containsKey("max-connections")) {
      throw new IOException("the metrics do not tell of the limits: " + metrics);
    }
    return found;
  }

  private String scrape() throws IOException {
    try (var scrape = Client.plainVictim(target.healthPort())) {
      return scrape.send("GET /metrics HTTP/1.0\r\n\r\n").everything();
    }
  }

  private static String limit(String line) {
    if (line.startsWith("usher_connections_evicted_total")) {
      return "max-connections";
    }
    if (line.startsWith("usher_requests_given_up_total")) {
      return "header-timeout, write-timeout or max-unfinished";
    }
    var rejected =
        Pattern.compile("usher_\\w*rejected_total\\{.*(?:code|status)=\"(\\d+)\"").matcher(line);
    return rejected.find() ? "status " + rejected.group(1) : "";
  }

  /** The last lines that it wrote. */
  String log() throws IOException {
    String[] lines = Files.readString(directory.resolve("log")).split("\n");
    return String.join(
        "\n", Arrays.copyOfRange(lines, Math.max(0, lines.length - 20), lines.length));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
