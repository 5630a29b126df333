package io.usher.e2e.rules;

import static io.usher.admission.Operation.CONNECT;
import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.usher.admission.AdmissionRequest;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import java.util.Map;

/** Denies objects that call themselves unwanted, and every attach. */
@Webhook(name = "deny-unwanted.e2e.usher.io", validatingFailurePolicy = FailurePolicy.FAIL)
public final class DenyUnwanted {

  @Validating(operations = {CREATE, UPDATE})
  Decision pod(Pod pod) {
    boolean unwantedName =
        pod.getSpec().getContainers().stream().anyMatch(c -> c.getName().equals("unwanted"));
    return unwantedName
        ? Decision.deny("the Pod contains an unwanted container name")
        : byLabel(pod);
  }

  @Validating(operations = {CREATE, UPDATE})
  Decision configMap(ConfigMap map) {
    return map.getData() != null && map.getData().containsValue("unwanted")
        ? Decision.deny("the ConfigMap contains unwanted data")
        : Decision.allow();
  }

  @Validating(operations = CONNECT, resource = "pods/attach")
  Decision attach(AdmissionRequest request) {
    return Decision.deny("attaching to Pod " + request.name() + " is not allowed");
  }

  @Validating(
      operations = {CREATE, UPDATE, DELETE},
      resource = "widgets.v1.e2e.usher.io")
  Decision widget(ObjectNode widget) {
    return widget.at("/spec/state").asText().equals("unwanted")
        ? Decision.deny("the widget's state is unwanted")
        : Decision.allow();
  }

  @Validating(operations = CREATE)
  Decision definition(CustomResourceDefinition definition) {
    return byLabel(definition);
  }

  private static Decision byLabel(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    return labels != null && labels.containsKey("e2e.usher.io/unwanted")
        ? Decision.deny("the " + object.getKind() + " contains an unwanted label")
        : Decision.allow();
  }
}
