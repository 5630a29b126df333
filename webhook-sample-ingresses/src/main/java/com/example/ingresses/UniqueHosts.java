package com.example.ingresses;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.usher.cluster.Lister;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Reads;
import io.usher.rule.RuleContext;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/**
 * Two Ingresses with one host take each other's requests. Two that are created in the same moment
 * both pass: the view that this reads runs milliseconds behind.
 */
@Reads(value = Ingress.class, index = HostIndex.class, fields = "spec.rules.host")
@Webhook(name = "ingresses.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
public final class UniqueHosts {

  private final HostIndex hosts = new HostIndex();

  @Validating(operations = {CREATE, UPDATE})
  Decision requireFreeHosts(Ingress ingress, Lister<Ingress> others, RuleContext context) {
    String namespace = context.request().namespace();
    String name = ingress.getMetadata().getName();
    for (String host : hosts.keys(ingress)) {
      for (Ingress other : others.byIndex(HostIndex.class, host)) {
        ObjectMeta metadata = other.getMetadata();
        if (!metadata.getNamespace().equals(namespace) || !metadata.getName().equals(name)) {
          return Decision.deny(
              "the host %s is that of the Ingress %s of the namespace %s"
                  .formatted(host, metadata.getName(), metadata.getNamespace()));
        }
      }
    }
    return Decision.allow();
  }
}
