package com.example.ingresses;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressRule;
import io.usher.cluster.Index;
import java.util.List;
import java.util.Objects;

/** Ingresses by their hosts. */
public final class HostIndex implements Index<Ingress> {

  @Override
  public List<String> keys(Ingress ingress) {
    return ingress.getSpec() == null
        ? List.of()
        : ingress.getSpec().getRules().stream()
            .map(IngressRule::getHost)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
  }
}
