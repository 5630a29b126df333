package io.usher.cli;

import io.usher.cli.local.LocalApiServer;
import io.usher.cli.local.RuleStopwatch;
import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.config.ServeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The server that {@code serve} runs, on a random loopback port of this process with a throwaway
 * CA, and a stand-in for an API server that trusts that CA alone.
 */
final class LocalWebhook implements AutoCloseable {

  private final Path certificates;
  private final ServeProcess server;
  private final LocalApiServer apiServer;

  private LocalWebhook(Path certificates, ServeProcess server, LocalApiServer apiServer) {
    this.certificates = certificates;
    this.server = server;
    this.apiServer = apiServer;
  }

  /** Starts a server of these rule jars, with the defaults of {@code serve}. */
  static LocalWebhook start(List<Path> rules) throws StartException {
    Path certificates = null;
    ServeProcess server = null;
    try {
      certificates = Files.createTempDirectory("usher-review");
      var stopwatch = new RuleStopwatch();
      server =
          ServeProcess.start(
              configuration(rules, certificates), new PrintWriter(Writer.nullWriter()), stopwatch);
      HttpClient client = trusting(certificates.resolve("ca.crt"));
      URI address = URI.create("https://localhost:" + server.reviewPort());
      connect(client, address);
      var apiServer = new LocalApiServer(client, address, server.webhooks(), stopwatch);
      return new LocalWebhook(certificates, server, apiServer);
    } catch (IOException | GeneralSecurityException | StartException e) {
      if (server != null) {
        server.close();
      }
      if (certificates != null) {
        delete(certificates);
      }
      throw e instanceof StartException start
          ? start
          : new StartException("make a throwaway certificate and connect", e);
    }
  }

  private static Configuration configuration(List<Path> rules, Path certificates) {
    Map<String, List<String>> flags = new HashMap<>();
    flags.put(ServeSettings.RULES.name(), rules.stream().map(Path::toString).toList());
    flags.put(ServeSettings.HOST.name(), List.of("127.0.0.1"));
    flags.put(ServeSettings.PORT.name(), List.of("0"));
    flags.put(ServeSettings.HEALTH_HOST.name(), List.of("127.0.0.1"));
    flags.put(ServeSettings.HEALTH_PORT.name(), List.of("0"));
    flags.put(ServeSettings.DEV_CERTS.name(), List.of(certificates.toString()));
    flags.put(ServeSettings.SHUTDOWN_DELAY.name(), List.of("0s"));
    try {
      return Configuration.read(ServeSettings.ALL, flags, Map.of());
    } catch (ConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpClient trusting(Path authority) throws IOException, GeneralSecurityException {
    var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(authority)) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
  }

  /** An API server has its connections open: no review's time pays for the first handshake. */
  private static void connect(HttpClient client, URI address) throws IOException {
    try {
      client.send(
          HttpRequest.newBuilder(address.resolve("/livez")).build(),
          HttpResponse.BodyHandlers.discarding());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** What sends objects to the server. */
  LocalApiServer apiServer() {
    return apiServer;
  }

  @Override
  public void close() {
    server.close();
    delete(certificates);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + folder + ": " + e.getMessage(), e);
    }
  }
}
