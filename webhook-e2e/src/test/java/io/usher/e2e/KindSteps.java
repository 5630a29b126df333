package io.usher.e2e;

import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.concurrent.TimeUnit;

/** Steps with kinds that have a scale and a status. */
final class KindSteps {

  private KindSteps() {}

  static void addTo(Fabric8Steps steps) {
    workloads(steps);
    statuses(steps);
  }

  private static void workloads(Fabric8Steps steps) {
    steps.add("create a Deployment", client -> client.resource(deployment()).create());
    steps.add("scale it", client -> client.apps().deployments().withName("shop").scale(5));
    steps.add("its scale", client -> client.apps().deployments().withName("shop").scale());
    steps.add(
        "set its image",
        client ->
            client
                .apps()
                .deployments()
                .withName("shop")
                .edit(
                    each ->
                        each.edit()
                            .editSpec()
                            .editTemplate()
                            .editSpec()
                            .editFirstContainer()
                            .withImage("registry.example.com/shop:2")
                            .endContainer()
                            .endSpec()
                            .endTemplate()
                            .endSpec()
                            .build()));
    steps.add("pause it", client -> client.apps().deployments().withName("shop").rolling().pause());
    steps.add(
        "resume it", client -> client.apps().deployments().withName("shop").rolling().resume());
    steps.add(
        "change its selector",
        client ->
            client
                .apps()
                .deployments()
                .withName("shop")
                .edit(
                    each ->
                        each.edit()
                            .editSpec()
                            .editSelector()
                            .addToMatchLabels("more", "labels")
                            .endSelector()
                            .endSpec()
                            .build()));
    steps.add(
        "create all kinds of objects",
        client ->
            HasMetadataFiles.read("objects.yaml").stream()
                .map(each -> client.resource(each).create())
                .toList());
    steps.add(
        "scale a StatefulSet", client -> client.apps().statefulSets().withName("db").scale(2));
    steps.add(
        "scale a ReplicaSet", client -> client.apps().replicaSets().withName("bare").scale(0));
    steps.add(
        "get the autoscaler of v1",
        client -> client.autoscaling().v1().horizontalPodAutoscalers().withName("shop").get());
    steps.add(
        "get the autoscaler of v2",
        client -> client.autoscaling().v2().horizontalPodAutoscalers().withName("shop").get());
    steps.add("list Events", client -> client.v1().events().list());
    steps.add("list Events of events.k8s.io", client -> client.events().v1().events().list());
    steps.add(
        "list Pods by phase", client -> client.pods().withField("status.phase", "Pending").list());
  }

  private static void statuses(Fabric8Steps steps) {
    steps.add(
        "patch a status",
        client ->
            client
                .pods()
                .withName("worker")
                .editStatus(
                    pod ->
                        pod.edit()
                            .editOrNewStatus()
                            .withPhase("Running")
                            .withPodIP("192.0.2.7")
                            .addToConditions(
                                new PodConditionBuilder()
                                    .withType("Ready")
                                    .withStatus("True")
                                    .build())
                            .endStatus()
                            .build()));
    steps.add(
        "a status beside a spec",
        client -> {
          Deployment shop = client.apps().deployments().withName("shop").get();
          shop.getSpec().setReplicas(77);
          shop.getStatus().setReplicas(4);
          shop.getStatus().setReadyReplicas(3);
          return client.resource(shop).updateStatus();
        });
    steps.add(
        "wait until ready",
        client -> client.pods().withName("worker").waitUntilReady(20, TimeUnit.SECONDS));
    steps.add(
        "wait for what does not come",
        client ->
            client
                .pods()
                .withName("worker")
                .waitUntilCondition(
                    pod -> pod.getStatus().getPhase().equals("Failed"),
                    300,
                    TimeUnit.MILLISECONDS));
    steps.add(
        "bad status",
        client ->
            client
                .pods()
                .withName("worker")
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":7}}"));
  }

  private static Deployment deployment() {
    return (Deployment)
        HasMetadataFiles.read("shop.yaml").stream()
            .filter(Deployment.class::isInstance)
            .findFirst()
            .orElseThrow();
  }
}
