package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.usher.webhook.WebhookRegistration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the server needs to see what its rules declare to read, and nothing else: where they read
 * nothing, it is nothing.
 */
final class ReadAccess {

  /** Where API servers listen, behind the Service and by themselves. */
  private static final List<Integer> API_SERVER_PORTS = List.of(443, 6443, 8443);

  private final Installation installation;
  private final Grants grants = new Grants();

  ReadAccess(Installation installation, Collection<WebhookRegistration> webhooks) {
    this.installation = installation;
    for (WebhookRegistration webhook : webhooks) {
      webhook.reads().forEach(grants::add);
      webhook.liveReads().forEach(grants::add);
    }
  }

  /** Whether the server has a token, and calls the API server. */
  boolean isNeeded() {
    return !grants.isEmpty();
  }

  /** The objects, in an order in which they can be created. */
  Stream<ObjectNode> objects() {
    if (!isNeeded()) {
      return Stream.empty();
    }
    String name = installation.name() + "-reads";
    return Stream.concat(
        grants.objects(name, installation.name(), installation.namespace()).stream(),
        Stream.of(networkPolicy(name)));
  }

  /** The API server is on the host network, where no selector finds it. */
  private ObjectNode networkPolicy(String name) {
    var policy =
        new NetworkPolicyBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(installation.namespace())
            .addToLabels(installation.selector())
            .endMetadata()
            .withNewSpec()
            .withNewPodSelector()
            .withMatchLabels(installation.selector())
            .endPodSelector()
            .withPolicyTypes("Egress")
            .addNewEgress();
    for (int port : API_SERVER_PORTS) {
      policy = policy.addNewPort().withProtocol("TCP").withNewPort(port).endPort();
    }
    return KubernetesYaml.tree(policy.endEgress().endSpec().build());
  }
}
