package io.usher.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.conversion.GroupKind;
import io.usher.conversion.VersionGraph;
import io.usher.rule.ConversionDefinition;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.List;

/** CustomResourceDefinitions, with the webhook in {@code spec.conversion} that converts them. */
final class ConvertedDefinitions {

  private static final int PORT = 443;

  private final Installation installation;
  private final List<WebhookRegistration> webhooks;

  ConvertedDefinitions(Installation installation, List<WebhookRegistration> webhooks) {
    this.installation = installation;
    this.webhooks = List.copyOf(webhooks);
  }

  /**
   * Copies of definitions that call the webhook, without a CA.
   *
   * @throws IllegalArgumentException when nothing converts one between all of its versions
   */
  List<ObjectNode> of(List<ObjectNode> definitions) {
    return definitions.stream().map(this::converted).toList();
  }

  private ObjectNode converted(ObjectNode definition) {
    JsonNode spec = definition.path("spec");
    var kind = new GroupKind(spec.path("group").asText(), spec.at("/names/kind").asText());
    WebhookRegistration webhook = webhookOf(kind);
    checkVersions(kind, webhook, spec.path("versions"));
    ObjectNode copy = definition.deepCopy();
    ObjectNode conversion = ((ObjectNode) copy.get("spec")).putObject("conversion");
    conversion.put("strategy", "Webhook");
    ObjectNode called = conversion.putObject("webhook");
    called.putArray("conversionReviewVersions").add("v1");
    called
        .putObject("clientConfig")
        .putObject("service")
        .put("name", installation.name())
        .put("namespace", installation.namespace())
        .put("path", webhook.conversionPath())
        .put("port", PORT);
    return copy;
  }

  private WebhookRegistration webhookOf(GroupKind kind) {
    List<WebhookRegistration> found =
        webhooks.stream()
            .filter(each -> each.conversions().stream().anyMatch(c -> c.kind().equals(kind)))
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          found.isEmpty()
              ? "nothing converts "
                  + kind
                  + "; leave its definition out, or add @Converting methods"
              : "%s is converted by webhooks %s; a definition can name one of them"
                  .formatted(kind, found.stream().map(WebhookRegistration::name).toList()));
    }
    return found.get(0);
  }

  private static void checkVersions(
      GroupKind kind, WebhookRegistration webhook, JsonNode versions) {
    var graph =
        new VersionGraph<ConversionDefinition>(
            webhook.conversions().stream()
                .filter(each -> each.kind().equals(kind))
                .map(each -> new VersionGraph.Step<>(each.from(), each.to(), each))
                .toList());
    var missing = new ArrayList<String>();
    for (JsonNode version : versions) {
      // Also one that is not served: objects may be stored in it.
      if (!graph.versions().contains(version.path("name").asText())) {
        missing.add(version.path("name").asText());
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has versions %s that webhook %s does not convert, but %s; add @Converting methods"
              .formatted(kind, missing, webhook.name(), graph.versions()));
    }
  }
}
