package com.example.labeler;

import static io.usher.testkit.AdmissionAssertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.testkit.Manifest;
import io.usher.testkit.Requests;
import io.usher.testkit.WebhookUnderTest;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LabelingTest {

  private final CostCentreDirectory costCentres = mock(CostCentreDirectory.class);
  private final WebhookUnderTest webhook = WebhookUnderTest.of(new Labeling(costCentres));

  @Test
  void podWithoutLabelsGetsAllThree(@Manifest("pod.yaml") Pod pod) {
    when(costCentres.costCentreOf("payments")).thenReturn(Optional.of("CC-1"));

    assertThat(webhook.mutate(Requests.create(pod).build()))
        .ranRules("Labeling.labelPod")
        .hasPatch(
            """
            - op: add
              path: /metadata/labels
              value:
                app.kubernetes.io/managed-by: platform
                example.com/team: payments
                example.com/cost-centre: CC-1
            """)
        .isIdempotent();
  }

  @Test
  void deploymentIsLabelledAndItsTemplateIsNot(@Manifest("deployment.yaml") Deployment deployment) {
    when(costCentres.costCentreOf("payments")).thenReturn(Optional.of("CC-1"));

    assertThat(webhook.mutate(Requests.create(deployment).build()))
        .ranRules("Labeling.labelDeployment")
        .hasPatch(
            """
            - op: add
              path: /metadata/labels
              value:
                app.kubernetes.io/managed-by: platform
                example.com/team: payments
                example.com/cost-centre: CC-1
            """)
        .isIdempotent();
  }

  @Test
  void labelsThatAreThereStay(@Manifest("pod.yaml") Pod pod) {
    pod.getMetadata()
        .setLabels(
            Map.of(
                Labeling.MANAGED_BY, "Helm",
                Labeling.TEAM, "checkout",
                Labeling.COST_CENTRE, "CC-9"));

    assertThat(webhook.mutate(Requests.create(pod).build())).isUnchanged();
    verify(costCentres, never()).costCentreOf(any());
  }

  @Test
  void costCentreIsThatOfTheTeamOnTheLabel(@Manifest("pod.yaml") Pod pod) {
    pod.getMetadata().setLabels(Map.of(Labeling.MANAGED_BY, "Helm", Labeling.TEAM, "checkout"));
    when(costCentres.costCentreOf("checkout")).thenReturn(Optional.of("CC-2"));

    assertThat(webhook.mutate(Requests.create(pod).build()))
        .hasPatch(
            """
            [{"op": "add", "path": "/metadata/labels/example.com~1cost-centre", "value": "CC-2"}]
            """);
  }

  @Test
  void teamThatNobodyEnteredHasNoCostCentre(@Manifest("pod.yaml") Pod pod) {
    when(costCentres.costCentreOf("payments")).thenReturn(Optional.empty());

    assertThat(webhook.mutate(Requests.create(pod).build()))
        .hasPatch(
            """
            - op: add
              path: /metadata/labels
              value:
                app.kubernetes.io/managed-by: platform
                example.com/team: payments
            """);
  }

  @Test
  void namespaceOfNoTeamGivesNoTeam(@Manifest("pod.yaml") Pod pod) {
    assertThat(webhook.mutate(Requests.create(pod).namespace("kube-system").build()))
        .hasPatch(
            """
            - op: add
              path: /metadata/labels
              value:
                app.kubernetes.io/managed-by: platform
            """);
  }

  @Test
  void labelRemovedByAnUpdateComesBack(@Manifest("pod.yaml") Pod pod) {
    when(costCentres.costCentreOf("payments")).thenReturn(Optional.of("CC-1"));
    pod.getMetadata().setLabels(Map.of(Labeling.MANAGED_BY, "platform", "app", "ledger"));

    assertThat(webhook.mutate(Requests.update(pod, pod).build()))
        .hasPatch(
            """
            - op: add
              path: /metadata/labels/example.com~1team
              value: payments
            - op: add
              path: /metadata/labels/example.com~1cost-centre
              value: CC-1
            """);
  }
}
