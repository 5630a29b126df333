package io.usher.e2e.rules;

import static io.usher.admission.Operation.CREATE;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;

/** Adds an init container of a name and an image, and nothing that the API server defaults. */
@Webhook(name = "add-init-container.e2e.usher.io")
public final class AddInitContainer {

  @Mutating(operations = CREATE)
  void add(Pod pod) {
    var containers = pod.getSpec().getInitContainers();
    if (containers.stream().noneMatch(container -> container.getName().equals("added"))) {
      containers.add(
          new ContainerBuilder()
              .withName("added")
              .withImage("registry.example.com/added:1")
              .build());
    }
  }
}
