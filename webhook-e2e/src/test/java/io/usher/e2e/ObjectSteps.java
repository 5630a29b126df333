package io.usher.e2e;

import static io.usher.e2e.Fabric8Steps.configMap;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;

/** Steps with single objects and lists of them. */
final class ObjectSteps {

  private ObjectSteps() {}

  static void addTo(Fabric8Steps steps) {
    configMaps(steps);
    lists(steps);
    patches(steps);
  }

  private static void configMaps(Fabric8Steps steps) {
    steps.add("create", client -> client.resource(configMap("a", "1")).create());
    steps.add("create what is there", client -> client.resource(configMap("a", "1")).create());
    steps.add("get", client -> client.configMaps().withName("a").get());
    steps.add("get what is not there", client -> client.configMaps().withName("none").get());
    steps.add(
        "require what is not there", client -> client.configMaps().withName("none").require());
    steps.add(
        "create in a namespace that is not there",
        client -> client.resource(configMap("a", "1")).inNamespace("nowhere").create());
    steps.add(
        "create with a bad name", client -> client.resource(configMap("Bad_Name", "1")).create());
    steps.add(
        "create with bad labels",
        client ->
            client
                .resource(
                    new ConfigMapBuilder(configMap("b", "1"))
                        .editMetadata()
                        .addToLabels("a label", "-")
                        .endMetadata()
                        .build())
                .create());
    steps.add(
        "create as a dry run", client -> client.resource(configMap("dry", "1")).dryRun().create());
    steps.add("what a dry run left", client -> client.configMaps().withName("dry").get());
    steps.add(
        "create with a generated name",
        client -> {
          ConfigMap created =
              client
                  .resource(
                      new ConfigMapBuilder()
                          .withNewMetadata()
                          .withGenerateName("gen-")
                          .endMetadata()
                          .build())
                  .create();
          client.resource(created).delete();
          return created.getMetadata().getName().length();
        });
    steps.add(
        "edit",
        client ->
            client
                .configMaps()
                .withName("a")
                .edit(map -> new ConfigMapBuilder(map).addToData("edited", "yes").build()));
    steps.add(
        "edit without a change",
        client -> client.configMaps().withName("a").edit(map -> new ConfigMapBuilder(map).build()));
    steps.add("update", client -> client.resource(configMap("a", "2")).update());
    steps.add(
        "update with an old version",
        client ->
            client
                .resource(
                    new ConfigMapBuilder(configMap("a", "3"))
                        .editMetadata()
                        .withResourceVersion("1")
                        .endMetadata()
                        .build())
                .update());
    steps.add(
        "update what is not there", client -> client.resource(configMap("none", "1")).update());
    steps.add(
        "create or update",
        client -> client.resource(configMap("a", "4")).createOr(existing -> existing.update()));
    steps.add(
        "make immutable",
        client ->
            client
                .configMaps()
                .withName("a")
                .edit(map -> new ConfigMapBuilder(map).withImmutable(true).build()));
    steps.add("change what is immutable", client -> client.resource(configMap("a", "5")).update());
    steps.add(
        "create a Secret of texts",
        client ->
            client
                .resource(
                    new SecretBuilder()
                        .withNewMetadata()
                        .withName("secret")
                        .endMetadata()
                        .addToStringData("password", "pässword")
                        .build())
                .create());
    steps.add(
        "create a Secret of no base64",
        client ->
            client
                .resource(
                    new SecretBuilder()
                        .withNewMetadata()
                        .withName("bad")
                        .endMetadata()
                        .addToData("password", "ä")
                        .build())
                .create());
  }

  private static void lists(Fabric8Steps steps) {
    for (String name : List.of("b", "c", "d")) {
      steps.add("create " + name, client -> client.resource(configMap(name, "1")).create());
    }
    steps.add("list", client -> client.configMaps().withLabel("all").list());
    steps.add("list by a label", client -> client.configMaps().withLabel("app", "b").list());
    steps.add("list by labels", client -> client.configMaps().withLabelIn("app", "b", "d").list());
    steps.add(
        "list without a label",
        client -> client.configMaps().withLabel("all").withoutLabel("app", "b").list());
    steps.add(
        "list by a field", client -> client.configMaps().withField("metadata.name", "c").list());
    steps.add(
        "list by an unknown field",
        client -> client.configMaps().withField("data.key", "1").list());
    steps.add(
        "list in pages",
        client -> {
          var pages = new ArrayList<Object>();
          var options = new ListOptionsBuilder().withLimit(2L).withLabelSelector("all=yes").build();
          do {
            var page = client.configMaps().list(options);
            pages.add(page.getItems());
            pages.add(String.valueOf(page.getMetadata().getRemainingItemCount()));
            options.setContinue(page.getMetadata().getContinue());
          } while (options.getContinue() != null && !options.getContinue().isEmpty());
          return pages;
        });
    steps.add(
        "list in all namespaces",
        client -> client.configMaps().inAnyNamespace().withLabel("all").list());
    steps.add("list of nothing", client -> client.pods().list());
  }

  private static void patches(Fabric8Steps steps) {
    PatchContext strategic = PatchContext.of(PatchType.STRATEGIC_MERGE);
    PatchContext merge = PatchContext.of(PatchType.JSON_MERGE);
    PatchContext json = PatchContext.of(PatchType.JSON);
    steps.add(
        "patch strategically",
        client -> client.configMaps().withName("b").patch(strategic, "{\"data\":{\"s\":\"1\"}}"));
    steps.add(
        "patch by merging",
        client ->
            client
                .configMaps()
                .withName("b")
                .patch(
                    merge,
                    "{\"data\":{\"s\":null,\"m\":\"1\"},\"metadata\":{\"labels\":{\"x\":\"y\"}}}"));
    steps.add(
        "patch by operations",
        client ->
            client
                .configMaps()
                .withName("b")
                .patch(
                    json,
                    "[{\"op\":\"add\",\"path\":\"/data/j\",\"value\":\"1\"},{\"op\":\"remove\",\"path\":\"/data/m\"}]"));
    steps.add(
        "patch with a dry run",
        client ->
            client.configMaps().withName("b").dryRun().patch(merge, "{\"data\":{\"dry\":\"1\"}}"));
    steps.add(
        "patch what is not there",
        client -> client.configMaps().withName("none").patch(merge, "{\"data\":{}}"));
    steps.add(
        "patch with a value of another type",
        client -> client.configMaps().withName("b").patch(merge, "{\"data\":{\"n\":[]}}"));
    steps.add(
        "patch the name",
        client ->
            client.configMaps().withName("b").patch(merge, "{\"metadata\":{\"name\":\"z\"}}"));
    steps.add(
        "patch with an item",
        client -> client.resource(configMap("c", "patched")).patch(strategic));
  }
}
