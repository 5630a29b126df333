package io.usher.e2e;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.admission.Operation;
import io.usher.cluster.ClusterReader;
import io.usher.rule.Mutating;
import io.usher.rule.Outcome;
import io.usher.rule.ReadsLive;
import io.usher.rule.Reconciling;
import io.usher.rule.Webhook;
import java.util.Map;

/** What the node's controller does with ConfigMaps: a handler and a rule that ask the kubelet. */
@ReadsLive(resource = "nodes/proxy")
@Webhook(name = "node.example.com")
public final class NodeRules {

  static final String NAMESPACE = "gated";

  /** Of the data: what the kubelet runs with, as it says itself. */
  static final String CONFIGURATION = "kubelet";

  @Reconciling(namespaces = NAMESPACE, names = "handled-*")
  Outcome handle(ConfigMap map, ClusterReader cluster) {
    tell(map, cluster);
    return Outcome.desired(map).and(Outcome.event("Told", "the kubelet was asked"));
  }

  @Mutating(operations = Operation.UPDATE, namespaces = NAMESPACE, names = "ruled-*")
  void rule(ConfigMap map, ClusterReader cluster) {
    tell(map, cluster);
  }

  private static void tell(ConfigMap map, ClusterReader cluster) {
    map.setData(Map.of(CONFIGURATION, cluster.live().nodeProxy("node", "configz")));
  }
}
