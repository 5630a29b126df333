package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.WebhookRegistration;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Webhook configurations that have a cluster call a developer's machine. They can't hurt others:
 * only namespaces that opt in are meant, and a failed call is ignored.
 *
 * @param developer tells one developer's from another's, a DNS label
 * @param server where the API server reaches the machine, {@code https://HOST:PORT}
 * @param authority the CA of the machine's certificate, PEM
 * @param expires when whoever finds the configurations may remove them
 */
public record DevWebhookConfigurations(
    String developer, URI server, byte[] authority, Instant expires) {

  /** On the configurations and on the namespaces that opt in: the developer. */
  public static final String LABEL = "usher.io/dev";

  private static final String EXPIRES = "usher.io/expires";

  public DevWebhookConfigurations {
    authority = authority.clone();
  }

  @Override
  public byte[] authority() {
    return authority.clone();
  }

  /** What both configurations are called. */
  public String name() {
    return "usher-dev-" + developer;
  }

  /**
   * The configurations as YAML.
   *
   * @param webhooks in the order between webhooks
   */
  public String yaml(List<WebhookRegistration> webhooks) {
    // no server of this installation is there: its name and namespace only give the objects' names
    var installation = new Installation(name(), name(), name());
    var objects = new ArrayList<ObjectNode>();
    for (ObjectNode object : new WebhookConfigurations(installation, webhooks).all()) {
      object.withObject("/metadata/labels").put(LABEL, developer);
      object
          .withObject("/metadata/annotations")
          .put(EXPIRES, expires.truncatedTo(ChronoUnit.SECONDS).toString());
      object.get("webhooks").forEach(webhook -> redirect((ObjectNode) webhook));
      objects.add(object);
    }
    return KubernetesYaml.write(objects);
  }

  private void redirect(ObjectNode webhook) {
    String path = webhook.at("/clientConfig/service/path").asText();
    webhook
        .putObject("clientConfig")
        .put("url", server.resolve(path).toString())
        .put("caBundle", Base64.getEncoder().encodeToString(authority));
    webhook.put("failurePolicy", "Ignore");
    webhook
        .withArray("/namespaceSelector/matchExpressions")
        .addObject()
        .put("key", LABEL)
        .put("operator", "In")
        .putArray("values")
        .add(developer);
  }
}
