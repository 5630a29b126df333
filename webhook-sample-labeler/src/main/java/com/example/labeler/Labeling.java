package com.example.labeler;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.rule.Mutating;
import io.usher.rule.RuleContext;
import io.usher.rule.Webhook;
import java.util.Map;

/** Adds the labels that bills and dashboards group by, where they are missing. */
@Webhook(name = "labeler.example.com")
public final class Labeling {

  static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  static final String TEAM = "example.com/team";
  static final String COST_CENTRE = "example.com/cost-centre";

  private final CostCentreDirectory costCentres;

  /** With the directory that comes in this jar. */
  public Labeling() {
    this(CostCentreFile.bundled());
  }

  Labeling(CostCentreDirectory costCentres) {
    this.costCentres = costCentres;
  }

  @Mutating(operations = {CREATE, UPDATE})
  void labelPod(Pod pod, RuleContext context) {
    label(pod.getMetadata(), context);
  }

  @Mutating(operations = {CREATE, UPDATE})
  void labelDeployment(Deployment deployment, RuleContext context) {
    label(deployment.getMetadata(), context);
  }

  private void label(ObjectMeta metadata, RuleContext context) {
    Map<String, String> labels = metadata.getLabels();
    labels.putIfAbsent(MANAGED_BY, "platform");
    Team.ofNamespace(context.request().namespace())
        .ifPresent(team -> labels.putIfAbsent(TEAM, team.name()));
    String team = labels.get(TEAM);
    if (team != null && !labels.containsKey(COST_CENTRE)) {
      costCentres.costCentreOf(team).ifPresent(costCentre -> labels.put(COST_CENTRE, costCentre));
    }
  }
}
