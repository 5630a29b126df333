package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.ObjectStore.ObjectEvent.Type;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The webhooks of all configurations of one kind, in the order of the configurations' names. */
final class WebhookConfigurations implements AutoCloseable {

  static final String GROUP = "admissionregistration.k8s.io";

  private static final Logger LOG = LoggerFactory.getLogger(WebhookConfigurations.class);

  private final TreeMap<String, List<Webhook>> configurations = new TreeMap<>();
  private final AutoCloseable watch;
  private volatile List<Webhook> webhooks;

  /**
   * Follows a store.
   *
   * @param plural {@code mutatingwebhookconfigurations} or {@code validatingwebhookconfigurations}
   */
  WebhookConfigurations(ObjectStore store, String plural) {
    webhooks = List.of();
    watch = store.watch(new GroupResource(GROUP, plural), this::take);
  }

  private WebhookConfigurations(List<Webhook> webhooks) {
    this.webhooks = webhooks;
    watch = () -> {};
  }

  /**
   * Always those of this kind among these, whatever a store has.
   *
   * @throws IllegalArgumentException when a condition of an entry can't be compiled
   */
  static WebhookConfigurations fixed(
      List<ObjectNode> configurations, String kind, ConditionCompiler compiler) {
    return new WebhookConfigurations(
        configurations.stream()
            .filter(each -> each.path("kind").asText().equals(kind))
            .flatMap(each -> Webhook.of(each, compiler::compileAll).stream())
            .toList());
  }

  List<Webhook> webhooks() {
    return webhooks;
  }

  private synchronized void take(ObjectEvent event) {
    ObjectNode object = event.object();
    String name = object.path("metadata").path("name").asText();
    configurations.remove(name);
    if (event.type() != Type.DELETED) {
      try {
        configurations.put(name, Webhook.of(object, ConditionCompiler.OF_SERVER::compile));
      } catch (IllegalArgumentException e) {
        LOG.error("webhook configuration {} is without effect: {}", name, e.getMessage());
      }
    }
    webhooks = configurations.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public void close() throws Exception {
    watch.close();
  }
}
