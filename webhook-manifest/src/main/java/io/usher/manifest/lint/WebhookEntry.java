package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.rule.LabelSelector;
import io.usher.rule.LabelSelector.Operator;
import io.usher.rule.LabelSelector.Requirement;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One of the {@code webhooks} of a configuration, with the defaults that the API server gives. */
record WebhookEntry(LintedObject configuration, JsonNode json) {

  static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  /** The API server's own default. */
  private static final int DEFAULT_TIMEOUT_SECONDS = 10;

  /** The entries of a configuration; none of any other object. */
  static Stream<WebhookEntry> of(LintedObject object) {
    if (!object.isWebhookConfiguration()) {
      return Stream.empty();
    }
    return StreamSupport.stream(object.object().path("webhooks").spliterator(), false)
        .map(entry -> new WebhookEntry(object, entry));
  }

  /** Where it begins in the file, from 1. */
  int line() {
    return configuration.lines().applyAsInt(json);
  }

  /** {@code KIND/NAME ENTRY}. */
  String describe() {
    return configuration.object().path("kind").asText() + "/" + configurationName() + " " + name();
  }

  String configurationName() {
    return configuration.object().at("/metadata/name").asText();
  }

  String name() {
    return json.path("name").asText();
  }

  boolean isMutating() {
    return configuration.object().path("kind").asText().equals(LintedObject.MUTATING);
  }

  boolean fails() {
    return json.path("failurePolicy").asText(isBeta() ? "Ignore" : "Fail").equals("Fail");
  }

  boolean isBeta() {
    return configuration
        .object()
        .path("apiVersion")
        .asText()
        .equals(LintedObject.GROUP + "v1beta1");
  }

  /** Whether only the versions that the rules name come here. */
  boolean isExact() {
    String policy = text("matchPolicy");
    return policy.equals("Exact") || (policy.isEmpty() && isBeta());
  }

  /** Whether it is called again when another mutator has changed the object after it. */
  boolean isReinvoked() {
    return text("reinvocationPolicy").equals("IfNeeded");
  }

  boolean hasConditions() {
    return elements("matchConditions").findAny().isPresent();
  }

  /** What it is generated from, where that is known. */
  Optional<WebhookRegistration> registration() {
    return configuration.webhooks().stream()
        .filter(webhook -> webhook.name().equals(name()))
        .findFirst();
  }

  /** A field of text, empty when it is absent. */
  String text(String field) {
    return json.path(field).asText("");
  }

  int timeoutSeconds() {
    return json.path("timeoutSeconds").asInt(DEFAULT_TIMEOUT_SECONDS);
  }

  List<EntryRule> rules() {
    return elements("rules").map(EntryRule::of).toList();
  }

  Stream<JsonNode> elements(String field) {
    return StreamSupport.stream(json.path(field).spliterator(), false);
  }

  /** The namespace of the Service that is called, if one is. */
  Optional<String> serviceNamespace() {
    JsonNode namespace = json.at("/clientConfig/service/namespace");
    return namespace.isTextual() ? Optional.of(namespace.asText()) : Optional.empty();
  }

  /** Whether built-in objects in this namespace come here. */
  boolean isCalledFor(String namespace) {
    boolean conditioned =
        elements("matchConditions")
            .anyMatch(condition -> condition.path("expression").asText().contains(namespace));
    return !conditioned
        && rules().stream().anyMatch(EntryRule::isNamespaced)
        && selector("namespaceSelector").matches(Map.of(NAMESPACE_NAME, namespace));
  }

  /** Whether something beside the rules picks objects one by one. */
  boolean picksObjects() {
    return !selector("objectSelector").requirements().isEmpty() || hasConditions();
  }

  /** A label selector; everything when it is absent. */
  LabelSelector selector(String field) {
    JsonNode selector = json.path(field);
    var requirements = new ArrayList<Requirement>();
    selector
        .path("matchLabels")
        .properties()
        .forEach(
            label ->
                requirements.add(
                    new Requirement(
                        label.getKey(), Operator.IN, List.of(label.getValue().asText()))));
    selector
        .path("matchExpressions")
        .forEach(
            expression ->
                operator(expression)
                    .map(
                        operator ->
                            new Requirement(
                                expression.path("key").asText(), operator, values(expression)))
                    .ifPresent(requirements::add));
    return new LabelSelector(requirements);
  }

  /** Of an operator that doesn't exist the API server tells by itself. */
  private static Optional<Operator> operator(JsonNode expression) {
    return Arrays.stream(Operator.values())
        .filter(operator -> operator.value().equals(expression.path("operator").asText()))
        .findFirst();
  }

  private static List<String> values(JsonNode expression) {
    return StreamSupport.stream(expression.path("values").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}
