package com.example.ingresses;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.usher.cluster.ClusterReader;
import io.usher.rule.Mutating;
import io.usher.rule.ReadsLive;
import io.usher.rule.Webhook;
import java.util.Map;

/**
 * Gives an Ingress the cost centre of its team, by the ConfigMap that finance keeps. One object of
 * a cluster's ConfigMaps is asked for live, and once a minute: a view would hold all of them.
 */
@ReadsLive(value = ConfigMap.class, cacheSeconds = 60)
@Webhook(name = "ingresses.example.com")
public final class CostCentreOfTeam {

  static final String COST_CENTRE = "example.com/cost-centre";

  /** After the team, which it looks at. */
  @Mutating(
      operations = {CREATE, UPDATE},
      order = 1)
  void addCostCentre(Ingress ingress, ClusterReader cluster) {
    Map<String, String> labels = ingress.getMetadata().getLabels();
    String team = labels.get(TeamOfNamespace.TEAM);
    if (team != null && !labels.containsKey(COST_CENTRE)) {
      cluster
          .live()
          .get(ConfigMap.class, "finance", "cost-centres")
          .map(costCentres -> costCentres.getData().get(team))
          .ifPresent(costCentre -> labels.put(COST_CENTRE, costCentre));
    }
  }
}
