package com.example.ingresses;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.usher.cluster.Lister;
import io.usher.rule.Mutating;
import io.usher.rule.Reads;
import io.usher.rule.Reconciling;
import io.usher.rule.RuleContext;
import io.usher.rule.Webhook;

/**
 * Gives an Ingress the team that its Namespace is labelled with, where it names none itself: when
 * it is written, and to those that were there before, when {@code usher controller} runs.
 */
@Reads(value = Namespace.class, fields = "metadata.labels")
@Webhook(name = "ingresses.example.com")
public final class TeamOfNamespace {

  static final String TEAM = "example.com/team";

  private final Lister<Namespace> namespaces;

  TeamOfNamespace(Lister<Namespace> namespaces) {
    this.namespaces = namespaces;
  }

  @Mutating(operations = {CREATE, UPDATE})
  void addTeam(Ingress ingress, RuleContext context) {
    addTeam(ingress, context.request().namespace());
  }

  @Reconciling(Ingress.class)
  Ingress addTeamLater(Ingress ingress) {
    addTeam(ingress, ingress.getMetadata().getNamespace());
    return ingress;
  }

  private void addTeam(Ingress ingress, String name) {
    namespaces
        .get(name)
        .map(namespace -> namespace.getMetadata().getLabels().get(TEAM))
        .ifPresent(team -> ingress.getMetadata().getLabels().putIfAbsent(TEAM, team));
  }
}
