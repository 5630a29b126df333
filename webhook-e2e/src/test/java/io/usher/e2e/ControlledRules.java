package io.usher.e2e;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.admission.Operation;
import io.usher.cluster.Lister;
import io.usher.manifest.Installation;
import io.usher.manifest.ManifestFiles;
import io.usher.manifest.Manifests;
import io.usher.rule.Mutating;
import io.usher.rule.Outcome;
import io.usher.rule.Reads;
import io.usher.rule.Reconciling;
import io.usher.rule.Webhook;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import java.util.Map;

/** Needs each right that a controller can have; its objects end with its name. */
@Reads(Namespace.class)
@Webhook(name = "controlled.example.com")
public final class ControlledRules {

  static final String NAMESPACE = "labeler-system";

  record Config(String name) {}

  private final Config config;

  ControlledRules(Config config) {
    this.config = config;
  }

  @Reconciling(names = "handled-*")
  Outcome handle(ConfigMap map, Lister<Namespace> namespaces) {
    String namespace = map.getMetadata().getNamespace();
    if (isForeign(map.getMetadata().getName()) || namespaces.get(namespace).isEmpty()) {
      return Outcome.done();
    }
    map.getMetadata().setLabels(Map.of("team", "red"));
    return Outcome.desired(map).and(Outcome.event("Labelled", "the team is red"));
  }

  @Mutating(
      operations = Operation.UPDATE,
      names = {"plain-*", "frozen-*", "denied-*"})
  void initialize(Secret secret) {
    if (!isForeign(secret.getMetadata().getName())) {
      secret.setData(Map.of("team", "cmVk"));
    }
  }

  private boolean isForeign(String object) {
    return !object.endsWith("-" + config.name());
  }

  /** Those of a controller of this name. */
  static List<WebhookRegistration> webhooks(String name) {
    return WebhookRegistration.fromInstances(List.of(new ControlledRules(new Config(name))));
  }

  /** Its manifests, by their paths. */
  static ManifestFiles manifests(String name) {
    return Manifests.generate(installation(name), webhooks(name));
  }

  static Installation installation(String name) {
    return new Installation(name, NAMESPACE, "localhost/" + name + ":1", "{}", List.of(), true);
  }
}
