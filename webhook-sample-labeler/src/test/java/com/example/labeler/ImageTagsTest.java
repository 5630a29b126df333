package com.example.labeler;

import static io.usher.testkit.AdmissionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.testkit.Manifest;
import io.usher.testkit.Requests;
import io.usher.testkit.WebhookUnderTest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTagsTest {

  private final WebhookUnderTest webhook = WebhookUnderTest.of(new ImageTags());

  @ParameterizedTest
  @CsvSource({
    "nginx, true",
    "nginx:latest, true",
    "registry.example.com:5000/nginx, true",
    "registry.example.com:5000/nginx:latest, true",
    "nginx:1.29, false",
    "nginx:latest-alpine, false",
    "registry.example.com:5000/nginx:1.29, false",
    "nginx@sha256:6b8f1c40, false",
    "nginx:latest@sha256:6b8f1c40, false",
  })
  void imageIsLatestByTagAlone(String image, boolean latest) {
    assertThat(ImageTags.isLatest(image)).isEqualTo(latest);
  }

  @Test
  void pinnedImagesGiveNoWarning(@Manifest("pod.yaml") Pod pod) {
    assertThat(webhook.validate(Requests.create(pod).build()))
        .ranRules("ImageTags.warnOfLatestInPod")
        .isUnchanged()
        .hasNoWarnings();
  }

  @Test
  void containersAndInitContainersAreNamed(@Manifest("pod.yaml") Pod pod) {
    pod.getSpec().getContainers().get(0).setImage("ledger:latest");
    pod.getSpec().getInitContainers().get(0).setImage("schema");

    assertThat(webhook.validate(Requests.create(pod).build()))
        .isAllowed()
        .hasWarnings(
            "spec.initContainers[schema].image: \"schema\" is whatever is latest when it is pulled;"
                + " pin a tag or a digest",
            "spec.containers[ledger].image: \"ledger:latest\" is whatever is latest when it is"
                + " pulled; pin a tag or a digest");
  }

  @Test
  void ephemeralContainersComeByTheirSubresource(@Manifest("pod.yaml") Pod pod) {
    pod.getSpec()
        .setEphemeralContainers(
            List.of(
                new EphemeralContainerBuilder().withName("debug").withImage("busybox").build()));

    assertThat(
            webhook.validate(Requests.update(pod, pod).subresource("ephemeralcontainers").build()))
        .isAllowed()
        .hasWarnings(
            "spec.ephemeralContainers[debug].image: \"busybox\" is whatever is latest when it is"
                + " pulled; pin a tag or a digest");
  }

  @Test
  void otherSubresourcesAreNotLookedAt(@Manifest("pod.yaml") Pod pod) {
    assertThat(webhook.validate(Requests.update(pod, pod).subresource("status").build()))
        .ranRules();
  }

  @Test
  void templateOfADeploymentIsWarnedOf(@Manifest("deployment.yaml") Deployment deployment) {
    deployment.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("ledger");

    assertThat(webhook.validate(Requests.create(deployment).build()))
        .isAllowed()
        .hasWarnings(
            "spec.template.spec.containers[ledger].image: \"ledger\" is whatever is latest when it"
                + " is pulled; pin a tag or a digest");
  }
}
