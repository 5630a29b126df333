package io.usher.cli;

import io.usher.cli.local.LocalApiServer;
import io.usher.cli.local.RuleRecorder;
import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.config.ServeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
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
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The server that {@code serve} runs, on a random loopback port of this process with a throwaway
 * CA, and a stand-in for an API server that trusts that CA alone.
 */
final class LocalWebhook implements AutoCloseable {

  private final TemporaryFolder certificates;
  private final ServeProcess server;
  private final LocalApiServer apiServer;

  private LocalWebhook(
      TemporaryFolder certificates, ServeProcess server, LocalApiServer apiServer) {
    this.certificates = certificates;
    this.server = server;
    this.apiServer = apiServer;
  }

  /**
   * Starts a server of these rule jars, with the defaults of {@code serve}.
   *
   * @param recorder listens to the rules
   */
  static LocalWebhook start(List<Path> rules, RuleRecorder recorder) throws StartException {
    TemporaryFolder certificates = null;
    ServeProcess server = null;
    try {
      certificates = TemporaryFolder.create("usher-review");
      server =
          ServeProcess.start(
              configuration(rules, certificates.path()),
              new PrintWriter(Writer.nullWriter()),
              recorder);
      HttpClient client = trusting(certificates.path().resolve("ca.crt"));
      URI address = URI.create("https://localhost:" + server.reviewPort());
      connect(client, address);
      var apiServer = new LocalApiServer(client, address, server.webhooks(), recorder);
      return new LocalWebhook(certificates, server, apiServer);
    } catch (IOException | GeneralSecurityException | StartException e) {
      if (server != null) {
        server.close();
      }
      if (certificates != null) {
        certificates.close();
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
    // What the rules log is of the manifests alone.
    flags.put(ServeSettings.SELF_REVIEWS.name(), List.of("0"));
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
    certificates.close();
  }
}
