package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirementBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MatchCondition;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The webhook configurations: what makes the API server call, in the order between webhooks. */
final class WebhookConfigurations {

  /** Each namespace bears it with its own name, and nobody can change it. */
  private static final String NAMESPACE_NAME = "kubernetes.io/metadata.name";

  /** A cluster that is down must come up again without this webhook. */
  private static final List<String> NEVER_CALLED_FOR = List.of("kube-node-lease", "kube-system");

  private static final int PORT = 443;

  private final Installation installation;
  private final List<WebhookRegistration> webhooks;

  WebhookConfigurations(Installation installation, List<WebhookRegistration> webhooks) {
    this.installation = installation;
    this.webhooks = List.copyOf(webhooks);
  }

  /** Those that have an entry. */
  List<ObjectNode> all() {
    var objects = new ArrayList<ObjectNode>();
    if (webhooks.stream().anyMatch(webhook -> webhook.has(Phase.MUTATING))) {
      objects.add(mutating());
    }
    if (webhooks.stream().anyMatch(webhook -> webhook.has(Phase.VALIDATING))) {
      objects.add(validating());
    }
    return objects;
  }

  private ObjectNode mutating() {
    return KubernetesYaml.tree(
        new MutatingWebhookConfigurationBuilder()
            .withMetadata(metadata())
            .withWebhooks(of(Phase.MUTATING).map(this::mutating).toList())
            .build());
  }

  private ObjectNode validating() {
    return KubernetesYaml.tree(
        new ValidatingWebhookConfigurationBuilder()
            .withMetadata(metadata())
            .withWebhooks(of(Phase.VALIDATING).map(w -> entry(w, Phase.VALIDATING)).toList())
            .build());
  }

  private Stream<WebhookRegistration> of(Phase phase) {
    return webhooks.stream().filter(webhook -> webhook.has(phase));
  }

  private ObjectMeta metadata() {
    return new ObjectMetaBuilder()
        .withName(installation.name())
        .addToLabels(Installation.NAME_LABEL, installation.name())
        .addToLabels(Installation.COMPONENT_LABEL, "registration")
        .build();
  }

  private MutatingWebhook mutating(WebhookRegistration webhook) {
    var entry = KubernetesYaml.as(MutatingWebhook.class, entry(webhook, Phase.MUTATING));
    entry.setReinvocationPolicy(webhook.reinvocationPolicy().value());
    return entry;
  }

  private ValidatingWebhook entry(WebhookRegistration webhook, Phase phase) {
    return new ValidatingWebhookBuilder()
        .withName(webhook.name())
        .withAdmissionReviewVersions("v1")
        .withNewClientConfig()
        .withNewService()
        .withName(installation.name())
        .withNamespace(installation.namespace())
        .withPath(webhook.path(phase))
        .withPort(PORT)
        .endService()
        .endClientConfig()
        .withFailurePolicy(webhook.failurePolicy(phase).value())
        .withMatchConditions(
            webhook.matchConditions().stream()
                .map(condition -> new MatchCondition(condition.expression(), condition.name()))
                .toList())
        .withMatchPolicy(webhook.matchPolicy().value())
        .withNamespaceSelector(namespaceSelector(webhook))
        .withObjectSelector(selector(requirements(webhook.objectSelector())))
        .withRules(RulesWithOperations.of(webhook.rules(phase)))
        .withSideEffects(webhook.sideEffects().value())
        .withTimeoutSeconds(webhook.timeoutSeconds())
        .build();
  }

  private LabelSelector namespaceSelector(WebhookRegistration webhook) {
    var requirements = new ArrayList<LabelSelectorRequirement>();
    requirements.add(
        new LabelSelectorRequirementBuilder()
            .withKey(NAMESPACE_NAME)
            .withOperator("NotIn")
            .withValues(
                Stream.concat(NEVER_CALLED_FOR.stream(), Stream.of(installation.namespace()))
                    .distinct()
                    .toList())
            .build());
    requirements.addAll(requirements(webhook.namespaceSelector()));
    return selector(requirements);
  }

  private static LabelSelector selector(List<LabelSelectorRequirement> requirements) {
    return new LabelSelectorBuilder().withMatchExpressions(requirements).build();
  }

  private static List<LabelSelectorRequirement> requirements(io.usher.rule.LabelSelector selector) {
    return selector.requirements().stream()
        .map(
            requirement ->
                new LabelSelectorRequirementBuilder()
                    .withKey(requirement.key())
                    .withOperator(requirement.operator().value())
                    .withValues(requirement.values())
                    .build())
        .toList();
  }
}
