package io.usher.e2e;

import static io.usher.e2e.Fabric8Steps.MANIFEST;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authorization.v1.LocalSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Steps with discovery, kinds known by name only, manifests, and reviews of access. */
final class GenericSteps {

  private GenericSteps() {}

  static void addTo(Fabric8Steps steps) {
    generic(steps);
    reviews(steps);
  }

  private static void generic(Fabric8Steps steps) {
    steps.add(
        "the API's version",
        client ->
            client.getKubernetesVersion().getMajor()
                + '.'
                + client.getKubernetesVersion().getMinor());
    steps.add("API groups", client -> client.getApiGroups());
    steps.add("one API group", client -> client.getApiGroup("autoscaling"));
    steps.add("resources of a version", client -> client.getApiResources("apps/v1"));
    steps.add(
        "what is supported",
        client -> client.supports(Pod.class) + " " + client.supports("example.com/v1", "Widget"));
    steps.add(
        "any kind by name",
        client -> client.genericKubernetesResources("v1", "ConfigMap").withName("c").get());
    steps.add("a path", client -> client.raw("/api/v1/namespaces/steps/configmaps/none"));
    steps.add("health", client -> client.raw("/readyz"));
    steps.add(
        "load and create",
        client ->
            client
                .load(new ByteArrayInputStream(MANIFEST.getBytes(StandardCharsets.UTF_8)))
                .create());
    steps.add(
        "load and get",
        client ->
            client.load(new ByteArrayInputStream(MANIFEST.getBytes(StandardCharsets.UTF_8))).get());
    steps.add(
        "create a Namespace",
        client ->
            client
                .resource(
                    new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("other")
                        .addToLabels("made", "here")
                        .endMetadata()
                        .build())
                .create());
    steps.add("list Namespaces", client -> client.namespaces().withLabel("made", "here").list());
  }

  private static void reviews(Fabric8Steps steps) {
    steps.add(
        "may I",
        client ->
            client
                .resource(
                    new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withNamespace("steps")
                        .withVerb("delete")
                        .withResource("pods")
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .create());
    steps.add(
        "may another",
        client ->
            client
                .resource(
                    new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser("alice")
                        .withGroups("developers")
                        .withNewNonResourceAttributes()
                        .withPath("/metrics")
                        .withVerb("get")
                        .endNonResourceAttributes()
                        .endSpec()
                        .build())
                .create());
    steps.add(
        "may another here",
        client ->
            client
                .authorization()
                .v1()
                .localSubjectAccessReview()
                .inNamespace("steps")
                .create(
                    new LocalSubjectAccessReviewBuilder()
                        .withNewMetadata()
                        .withNamespace("steps")
                        .endMetadata()
                        .withNewSpec()
                        .withUser("alice")
                        .withNewResourceAttributes()
                        .withNamespace("steps")
                        .withVerb("list")
                        .withResource("secrets")
                        .endResourceAttributes()
                        .endSpec()
                        .build()));
    steps.add(
        "a review that asks nothing",
        client ->
            client
                .resource(new SubjectAccessReviewBuilder().withNewSpec().endSpec().build())
                .create());
    steps.add(
        "what may I",
        client -> {
          var answer =
              client
                  .resource(
                      new SelfSubjectRulesReviewBuilder()
                          .withNewSpec()
                          .withNamespace("steps")
                          .endSpec()
                          .build())
                  .create();
          // in any order: kube-apiserver's is that of a map
          return Stream.concat(
                  answer.getStatus().getResourceRules().stream(),
                  answer.getStatus().getNonResourceRules().stream())
              .map(String::valueOf)
              .sorted()
              .toList();
        });
    steps.add(
        "as somebody else",
        client -> {
          try (KubernetesClient alice = Fabric8StepsIT.as(client, "alice")) {
            return alice.secrets().list();
          }
        });
  }
}
