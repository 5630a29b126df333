package io.usher.e2e;

import static io.usher.e2e.Fabric8Steps.MANIFEST;
import static io.usher.e2e.Fabric8Steps.configMap;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Steps that delete what the others left. */
final class DeletionSteps {

  private DeletionSteps() {}

  static void addTo(Fabric8Steps steps) {
    deletions(steps);
  }

  private static void deletions(Fabric8Steps steps) {
    steps.add("delete", client -> client.configMaps().withName("b").delete());
    steps.add("delete what is not there", client -> client.configMaps().withName("b").delete());
    steps.add("delete as a dry run", client -> client.configMaps().withName("c").dryRun().delete());
    steps.add("what a dry run of delete left", client -> client.configMaps().withName("c").get());
    steps.add(
        "delete an old version",
        client ->
            client
                .resource(
                    new ConfigMapBuilder(configMap("c", ""))
                        .editMetadata()
                        .withResourceVersion("1")
                        .endMetadata()
                        .build())
                .lockResourceVersion("1")
                .delete());
    steps.add(
        "delete with finalizers",
        client -> {
          client
              .configMaps()
              .withName("c")
              .edit(
                  map ->
                      new ConfigMapBuilder(map)
                          .editMetadata()
                          .addToFinalizers("example.com/keep")
                          .endMetadata()
                          .build());
          client.configMaps().withName("c").delete();
          return client.configMaps().withName("c").get();
        });
    steps.add(
        "take the finalizer away",
        client -> {
          client
              .configMaps()
              .withName("c")
              .edit(
                  map ->
                      new ConfigMapBuilder(map)
                          .editMetadata()
                          .withFinalizers(List.of())
                          .endMetadata()
                          .build());
          return client.configMaps().withName("c").get();
        });
    steps.add(
        "delete a Pod at once",
        client -> client.pods().withName("worker").withGracePeriod(0).delete());
    steps.add(
        "delete in the background",
        client ->
            client
                .apps()
                .deployments()
                .withName("shop")
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete());
    steps.add(
        "delete what was loaded",
        client ->
            client
                .load(new ByteArrayInputStream(MANIFEST.getBytes(StandardCharsets.UTF_8)))
                .delete());
    steps.add("delete by label", client -> client.configMaps().withLabel("all").delete());
    steps.add("what deletion left", client -> client.configMaps().withLabel("all").list());
    steps.add("evict what is not there", client -> client.pods().withName("worker").evict());
    steps.add(
        "delete a Namespace that stays",
        client -> client.namespaces().withName("kube-system").delete());
  }
}
