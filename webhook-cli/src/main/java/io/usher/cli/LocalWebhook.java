package io.usher.cli;

import io.usher.cli.local.LocalApiServer;
import io.usher.cli.local.RuleRecorder;
import io.usher.http.HttpSettings;
import io.usher.server.CertificateSettings;
import io.usher.server.ServerSettings;
import io.usher.server.UsherServer;
import io.usher.telemetry.TelemetrySettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The server that {@code serve} runs, on a random loopback port of this process with a throwaway
 * CA, and a stand-in for an API server that trusts that CA alone.
 */
final class LocalWebhook implements AutoCloseable {

  private final TemporaryFolder certificates;
  private final UsherServer server;
  private final LocalApiServer apiServer;

  private LocalWebhook(TemporaryFolder certificates, UsherServer server, LocalApiServer apiServer) {
    this.certificates = certificates;
    this.server = server;
    this.apiServer = apiServer;
  }

  /**
   * Starts a server of these rule jars, with the defaults of {@code serve}.
   *
   * @param ruleConfig what is configured for the rules
   * @param recorder listens to the rules
   */
  static LocalWebhook start(List<Path> rules, RuleConfigOption ruleConfig, RuleRecorder recorder)
      throws IOException {
    var certificates = TemporaryFolder.create("usher-review");
    UsherServer server = null;
    try {
      server = server(rules, ruleConfig, certificates.path(), recorder);
      server.start();
      HttpClient client = trusting(certificates.path().resolve("ca.crt"));
      URI address = URI.create("https://localhost:" + server.port());
      connect(client, address);
      var apiServer = new LocalApiServer(client, address, server.webhooks(), recorder);
      return new LocalWebhook(certificates, server, apiServer);
    } catch (IOException | RuntimeException e) {
      if (server != null) {
        server.close();
      }
      certificates.close();
      throw e;
    }
  }

  private static UsherServer server(
      List<Path> rules, RuleConfigOption ruleConfig, Path certificates, RuleRecorder recorder) {
    return UsherServer.create(
        config -> {
          ruleConfig.applyTo(config);
          config
              .rules(rules.toArray(Path[]::new))
              .observe(recorder)
              .set(HttpSettings.HOST, "127.0.0.1")
              .set(HttpSettings.PORT, 0)
              .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
              .set(HttpSettings.HEALTH_PORT, 0)
              .set(CertificateSettings.DEV_CERTS, certificates)
              // What the rules log is of the manifests alone.
              .set(ServerSettings.SELF_REVIEWS, 0)
              .set(ServerSettings.SHUTDOWN_DELAY, Duration.ZERO)
              .set(TelemetrySettings.DECISION_LOG, false);
        });
  }

  private static HttpClient trusting(Path authority) throws IOException {
    try (InputStream pem = Files.newInputStream(authority)) {
      var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .sslContext(context)
          .build();
    } catch (GeneralSecurityException e) {
      throw new IOException("trust the throwaway certificate: " + e.getMessage(), e);
    }
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
