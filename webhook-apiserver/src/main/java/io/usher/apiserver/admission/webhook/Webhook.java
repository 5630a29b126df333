package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.admission.match.MatchConditions;
import io.usher.apiserver.admission.match.Rule;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.rule.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * An entry of a webhook configuration. What it leaves out has Kubernetes' default.
 *
 * @param configuration the configuration's name
 * @param index the entry's place in it, so that entries of one name are told apart
 * @param endpoint where it is, with the entry's name
 * @param ignoresFailures whether {@code failurePolicy} is Ignore
 * @param matchesEquivalent whether {@code matchPolicy} is Equivalent
 * @param dryRuns whether {@code sideEffects} allow a call in a dry run
 * @param reinvoked whether {@code reinvocationPolicy} is IfNeeded
 * @param reviewVersions the versions of AdmissionReview that it takes, the preferred one first
 */
record Webhook(
    String configuration,
    int index,
    WebhookEndpoint endpoint,
    List<Rule> rules,
    boolean ignoresFailures,
    boolean matchesEquivalent,
    LabelSelector namespaceSelector,
    LabelSelector objectSelector,
    boolean dryRuns,
    boolean reinvoked,
    List<String> reviewVersions,
    MatchConditions matchConditions) {

  private static final int DEFAULT_TIMEOUT_SECONDS = 10;

  String name() {
    return endpoint.name();
  }

  /** Tells it from all others, also when its configuration was read again. */
  String key() {
    return configuration + '/' + index + '/' + name();
  }

  /**
   * Reads the entries of a configuration.
   *
   * @param compiler of the {@code matchConditions}
   * @throws IllegalArgumentException when the operator of a selector is unknown
   */
  static List<Webhook> of(JsonNode configuration, Function<JsonNode, MatchConditions> compiler) {
    String name = configuration.path("metadata").path("name").asText();
    var webhooks = new ArrayList<Webhook>();
    for (JsonNode entry : configuration.path("webhooks")) {
      webhooks.add(of(name, webhooks.size(), entry, compiler));
    }
    return webhooks;
  }

  private static Webhook of(
      String configuration,
      int index,
      JsonNode json,
      Function<JsonNode, MatchConditions> compiler) {
    var rules = new ArrayList<Rule>();
    json.path("rules").forEach(each -> rules.add(Rule.of(each)));
    String sideEffects = json.path("sideEffects").asText();
    return new Webhook(
        configuration,
        index,
        new WebhookEndpoint(
            json.path("name").asText(),
            json.path("clientConfig"),
            json.path("timeoutSeconds").asInt(DEFAULT_TIMEOUT_SECONDS)),
        rules,
        json.path("failurePolicy").asText().equals("Ignore"),
        !json.path("matchPolicy").asText().equals("Exact"),
        LabelSelectors.of(json.path("namespaceSelector")),
        LabelSelectors.of(json.path("objectSelector")),
        sideEffects.equals("None") || sideEffects.equals("NoneOnDryRun"),
        json.path("reinvocationPolicy").asText().equals("IfNeeded"),
        Rule.texts(json, "admissionReviewVersions"),
        compiler.apply(json.path("matchConditions")));
  }
}
