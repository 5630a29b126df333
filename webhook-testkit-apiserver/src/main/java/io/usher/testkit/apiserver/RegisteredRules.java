package io.usher.testkit.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller.ServiceResolver;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.conversion.GroupKind;
import io.usher.http.HttpSettings;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.server.CertificateSettings;
import io.usher.server.InProcessWebhooks;
import io.usher.server.ServerSettings;
import io.usher.server.UsherConfig;
import io.usher.server.UsherServer;
import io.usher.telemetry.TelemetrySettings;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;

/**
 * Rules that an API server calls as webhooks.
 *
 * @param webhooks what they make
 * @param caller calls them, and every other webhook by HTTPS
 * @param server what runs them
 */
record RegisteredRules(
    List<WebhookRegistration> webhooks, WebhookCaller caller, AutoCloseable server)
    implements AutoCloseable {

  /** Where the webhook server would be in a cluster: its Service is no object of the API server. */
  private static final Installation INSTALLATION =
      new Installation("usher", "usher-testkit", "usher-testkit");

  private static final int SELF_REVIEWS = 0;

  static RegisteredRules start(ServerOptions options) {
    if (options.rules().isEmpty()) {
      return new RegisteredRules(
          List.of(), new HttpWebhookCaller(ServiceResolver.CLUSTER), () -> {});
    }
    var rules = new JoinedRules(options.rules());
    return switch (options.transport()) {
      case IN_PROCESS -> inProcess(rules);
      case HTTPS -> overHttps(rules);
    };
  }

  /** The webhook configurations that register them. */
  List<ObjectNode> configurations() {
    return webhooks.isEmpty()
        ? List.of()
        : Manifests.registration(
            INSTALLATION, webhooks, ServingCertificate.ofThisJvm().authority());
  }

  /** A definition as it is, but for those whose objects the rules convert: they call them. */
  ObjectNode called(ObjectNode definition) {
    JsonNode spec = definition.path("spec");
    var kind = new GroupKind(spec.path("group").asText(), spec.at("/names/kind").asText());
    return Manifests.converts(webhooks, kind)
        ? Manifests.definition(
            INSTALLATION, webhooks, definition, ServingCertificate.ofThisJvm().authority())
        : definition;
  }

  private static RegisteredRules inProcess(JoinedRules rules) {
    InProcessWebhooks webhooks = InProcessWebhooks.load(config -> configure(config, rules));
    var others = new HttpWebhookCaller(ServiceResolver.CLUSTER);
    WebhookCaller caller =
        (endpoint, review) ->
            endpoint
                    .clientConfig()
                    .at("/service/namespace")
                    .asText()
                    .equals(INSTALLATION.namespace())
                ? webhooks.call(endpoint, review)
                : others.call(endpoint, review);
    return new RegisteredRules(webhooks.webhooks(), caller, webhooks);
  }

  private static RegisteredRules overHttps(JoinedRules rules) {
    TlsFolder files = TlsFolder.create();
    UsherServer server;
    try {
      server =
          UsherServer.create(
                  config -> {
                    configure(config, rules);
                    config
                        .set(CertificateSettings.CERT, files.certificate())
                        .set(CertificateSettings.KEY, files.key());
                  })
              .start();
    } catch (RuntimeException | Error e) {
      files.close();
      throw e;
    }
    URI address = URI.create("https://" + ServingCertificate.HOST + ':' + server.port());
    var caller =
        new HttpWebhookCaller(
            (namespace, name, port) ->
                namespace.equals(INSTALLATION.namespace())
                    ? address
                    : ServiceResolver.CLUSTER.resolve(namespace, name, port));
    return new RegisteredRules(
        server.webhooks(),
        caller,
        () -> {
          try (files) {
            server.close();
          }
        });
  }

  /** The certificate, where the webhook server reads it. */
  private record TlsFolder(Path path) implements AutoCloseable {

    static TlsFolder create() {
      try {
        var folder = new TlsFolder(Files.createTempDirectory("usher-testkit"));
        ServingCertificate.ofThisJvm().writeTo(folder.certificate(), folder.key());
        return folder;
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("write the certificate of the rules' server", e);
      }
    }

    Path certificate() {
      return path.resolve("tls.crt");
    }

    Path key() {
      return path.resolve("tls.key");
    }

    @Override
    public void close() {
      try {
        Files.deleteIfExists(certificate());
        Files.deleteIfExists(key());
        Files.delete(path);
      } catch (IOException e) {
        throw new UncheckedIOException("delete " + path, e);
      }
    }
  }

  private static void configure(UsherConfig config, JoinedRules rules) {
    config
        .webhooks(rules)
        .set(HttpSettings.HOST, ServingCertificate.HOST)
        .set(HttpSettings.PORT, 0)
        .set(HttpSettings.HEALTH_HOST, ServingCertificate.HOST)
        .set(HttpSettings.HEALTH_PORT, 0)
        .set(ServerSettings.SELF_REVIEWS, SELF_REVIEWS)
        .set(ServerSettings.SHUTDOWN_DELAY, Duration.ZERO)
        .set(TelemetrySettings.DECISION_LOG, false);
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception e) {
      throw new IllegalStateException("stop the rules' server", e);
    }
  }
}
