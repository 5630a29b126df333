package io.usher.e2e.rules;

import static io.usher.admission.Operation.CONNECT;
import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Mutating;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/**
 * Sees every operation on ConfigMaps of the soak's namespace, and hangs when a name asks for it.
 */
@Webhook(
    name = "soak.e2e.usher.io",
    validatingFailurePolicy = FailurePolicy.FAIL,
    namespaceSelector = "usher.io/soak=yes",
    timeoutSeconds = 3)
public final class Soak {

  @Mutating(operations = CREATE, names = "hang-*")
  void hang(ConfigMap map) {
    while (map != null) {
      Thread.onSpinWait();
    }
  }

  @Mutating(
      operations = {CREATE, UPDATE},
      resource = "configmaps")
  void label(ObjectNode map) {
    map.withObject("/metadata").withObject("/labels").put("soak", "seen");
  }

  @Validating(operations = {CREATE, UPDATE, DELETE})
  void see(ConfigMap map) {}

  @Validating(operations = CONNECT, resource = "pods/exec")
  void seeExec(ObjectNode options) {}
}
