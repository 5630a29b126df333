package io.usher.e2e;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * What a Java program does with fabric8's client: steps by name, each sees what those before it
 * left.
 */
final class Fabric8Steps {

  /** A step; its result is anything that has a JSON form. */
  interface Step extends Function<KubernetesClient, @Nullable Object> {}

  /** What is loaded, and deleted again. */
  static final String MANIFEST =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: loaded}
      spec: {selector: {app: web}, ports: [{port: 80}]}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: loaded}
      data: {a: b}
      """;

  private final Map<String, Step> steps = new LinkedHashMap<>();

  private Fabric8Steps() {}

  static Map<String, Step> all() {
    var all = new Fabric8Steps();
    ObjectSteps.addTo(all);
    KindSteps.addTo(all);
    GenericSteps.addTo(all);
    WatchSteps.addTo(all);
    DeletionSteps.addTo(all);
    return all.steps;
  }

  void add(String name, Step step) {
    Assertions.assertThat(steps.put(name, step)).as("a second " + name).isNull();
  }

  /** A ConfigMap of one datum, labelled by its name. */
  static ConfigMap configMap(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("app", name)
        .addToLabels("all", "yes")
        .endMetadata()
        .addToData("key", value)
        .build();
  }
}
