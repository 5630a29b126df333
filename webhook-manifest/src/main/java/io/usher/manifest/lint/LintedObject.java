package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * An object to look at; of other kinds than webhook configurations, CustomResourceDefinitions,
 * APIServices and kube-apiserver's own files nothing is found.
 *
 * @param source the file, or what else it is from
 * @param lines where a part of the object, this very node, begins in the file, from 1
 * @param webhooks that it registers, or that may convert the objects that it defines, where they
 *     are known: some checks look closer then
 */
public record LintedObject(
    String source,
    ToIntFunction<JsonNode> lines,
    ObjectNode object,
    List<WebhookRegistration> webhooks) {

  static final String GROUP = "admissionregistration.k8s.io/";
  static final String MUTATING = "MutatingWebhookConfiguration";
  private static final String DEFINITIONS = "apiextensions.k8s.io/";
  private static final String VALIDATING = "ValidatingWebhookConfiguration";

  public LintedObject {
    webhooks = List.copyOf(webhooks);
  }

  /** Whether it is what lint looks at. */
  public boolean isWebhookConfiguration() {
    String kind = object.path("kind").asText();
    return object.path("apiVersion").asText().startsWith(GROUP)
        && (kind.equals(MUTATING) || kind.equals(VALIDATING));
  }

  /** Whether it defines a type of custom resources. */
  public boolean isDefinition() {
    return object.path("apiVersion").asText().startsWith(DEFINITIONS)
        && object.path("kind").asText().equals("CustomResourceDefinition");
  }

  /** The same, with other webhooks. */
  public LintedObject with(List<WebhookRegistration> others) {
    return new LintedObject(source, lines, object, others);
  }

  /** Where it begins in the file, from 1. */
  int line() {
    return lines.applyAsInt(object);
  }

  /** {@code KIND/NAME}. */
  String describe() {
    return object.path("kind").asText() + '/' + object.at("/metadata/name").asText();
  }
}
