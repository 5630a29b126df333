package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;

/**
 * A definition's spec as kube-apiserver checks it: what is the same in all versions stands beside
 * them, under the names of the form that had one version.
 */
final class InternalSpec {

  private static final Map<String, String> SHARED =
      Map.of(
          "schema", "validation",
          "subresources", "subresources",
          "additionalPrinterColumns", "additionalPrinterColumns",
          "selectableFields", "selectableFields");

  private InternalSpec() {}

  static ObjectNode of(JsonNode spec) {
    ObjectNode internal =
        spec instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    SHARED.forEach((member, shared) -> lift(internal, member, shared));
    if (internal.path("conversion").path("webhook") instanceof ObjectNode webhook) {
      ObjectNode conversion = (ObjectNode) internal.get("conversion");
      conversion.set("webhookClientConfig", webhook.get("clientConfig"));
      conversion.set("conversionReviewVersions", webhook.path("conversionReviewVersions"));
    }
    return internal;
  }

  private static void lift(ObjectNode spec, String member, String shared) {
    JsonNode versions = spec.path("versions");
    JsonNode first = versions.path(0).get(member);
    for (JsonNode version : versions) {
      if (!Objects.equals(version.get(member), first)) {
        return;
      }
    }
    if (first != null) {
      spec.set(shared, first);
      versions.forEach(version -> ((ObjectNode) version).remove(member));
    }
  }
}
