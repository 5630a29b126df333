package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** One test's namespace, and the webhook configurations that are registered for it. */
final class TestNamespace implements AutoCloseable {

  // the API server takes a configuration in within a second or so
  private static final Duration TAKEN_IN = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final UsherProcess usher;
  private final CertificateFiles certificates;
  private final String name;
  private final List<WebhookConfiguration> registered = new ArrayList<>();
  private int configurations;

  TestNamespace(Cluster cluster, UsherProcess usher, CertificateFiles certificates, String name) {
    this.cluster = cluster;
    this.usher = usher;
    this.certificates = certificates;
    this.name = name;
    cluster.createNamespace(name);
  }

  String name() {
    return name;
  }

  /** The path of a collection in this namespace: {@code path("v1", "pods")}. */
  String path(String groupVersion, String resource) {
    String root = groupVersion.contains("/") ? "/apis/" : "/api/";
    return root + groupVersion + "/namespaces/" + name + "/" + resource;
  }

  /** A mutating configuration for this namespace, not yet registered. */
  WebhookConfiguration mutating() {
    return mutating(usher);
  }

  /** The same, which calls another Usher. */
  WebhookConfiguration mutating(UsherProcess other) {
    return WebhookConfiguration.mutating(
        configurationName(), this, other.port(), certificates.caBundle());
  }

  /** A validating configuration for this namespace, not yet registered. */
  WebhookConfiguration validating() {
    return validating(usher);
  }

  /** The same, which calls another Usher. */
  WebhookConfiguration validating(UsherProcess other) {
    return WebhookConfiguration.validating(
        configurationName(), this, other.port(), certificates.caBundle());
  }

  /** Registers the configuration and waits until the API server acts by it. */
  void register(WebhookConfiguration configuration) {
    cluster.api().create(configuration.collection(), configuration.document()).accepted();
    registered.add(configuration);
    awaitMarker(configuration);
  }

  /** Waits until the API server calls the webhooks of this configuration. */
  void awaitMarker(WebhookConfiguration configuration) {
    ObjectNode marker = Documents.configMap("marker");
    marker
        .withObject("/metadata/labels")
        .put(WebhookConfiguration.MARKER_LABEL, configuration.name());
    Instant end = Instant.now().plus(TAKEN_IN);
    Answer answer;
    do {
      answer = cluster.api().create(path("v1", "configmaps") + "?dryRun=All", marker);
      if (answer.status() == 403) {
        return;
      }
      pause(Duration.ofMillis(100));
    } while (Instant.now().isBefore(end));
    assertThat(answer.status()).as("marker of %s: %s", configuration.name(), answer).isEqualTo(403);
  }

  private String configurationName() {
    return name + "-" + configurations++;
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  /** Removes all that is registered. */
  void unregister() {
    for (WebhookConfiguration configuration : registered) {
      cluster.api().delete(configuration.collection() + "/" + configuration.name());
    }
    registered.clear();
  }

  @Override
  public void close() {
    unregister();
    cluster.api().delete("/api/v1/namespaces/" + name);
  }
}
