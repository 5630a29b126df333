package com.example.labeler;

import static io.usher.testkit.AdmissionAssertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.testkit.Manifest;
import io.usher.testkit.Requests;
import io.usher.testkit.WebhookUnderTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnershipTest {

  private final WebhookUnderTest webhook = WebhookUnderTest.of(new Ownership());

  @Test
  void ownedDeploymentIsAllowed(@Manifest("deployment.yaml") Deployment deployment) {
    assertThat(webhook.validate(Requests.create(deployment).build()))
        .ranRules("Ownership.requireOwner")
        .isUnchanged()
        .hasNoWarnings();
  }

  @Test
  void deploymentWithoutOwnerIsDenied(@Manifest("deployment.yaml") Deployment deployment) {
    deployment.getMetadata().setAnnotations(Map.of());

    assertThat(webhook.validate(Requests.create(deployment).build()))
        .isDeniedWith("every Deployment names who to call")
        .hasCode(422)
        .hasReason("Invalid")
        .hasCauses("metadata.annotations[example.com/owner]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void blankOwnerIsNone(String owner) {
    var request =
        Requests.update(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}", owned(owner));

    assertThat(webhook.validate(request.build())).isDenied();
  }

  private static String owned(String owner) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          annotations:
            example.com/owner: "%s"
        """
        .formatted(owner);
  }
}
