package io.usher.testkit;

import static io.usher.testkit.AdmissionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.Operation;
import io.usher.engine.RuleFailedException;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import org.junit.jupiter.api.Test;

class WebhookUnderTestTest {

  private final WebhookUnderTest webhook = WebhookUnderTest.of(new Curfew());

  @Test
  void validatorsSeeWhatMutatorsLeft(@Manifest("pod.yaml") Pod pod) {
    AdmissionResult result = webhook.admit(Requests.create(pod).build());

    assertThat(result)
        .isPatched()
        .ranRules("Curfew.stamp", "Curfew.judge")
        .hasPatch("[{op: add, path: /metadata/labels, value: {stamped: 'yes'}}]")
        .hasWarnings("the stamp is yes")
        .hasAuditAnnotation("judged", "true")
        .isIdempotent();
    assertThat(result.object(Pod.class).getMetadata().getLabels()).containsEntry("stamped", "yes");
  }

  @Test
  void deniedObjectHasNoPatch() {
    assertThat(webhook.admit(Requests.create(podNamed("late")).build()))
        .isDeniedWith("it is late")
        .hasCode(422)
        .hasReason("Invalid")
        .hasCauses("metadata.name")
        .hasWarnings("the stamp is null");
  }

  @Test
  void deletedObjectIsTheOldOne() {
    AdmissionResult result = webhook.admit(Requests.delete(podNamed("late")).build());

    assertThat(result).isDenied().ranRules("Curfew.judge");
    assertThatThrownBy(result::object)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("DELETE of Pod default/late has no object");
  }

  @Test
  void ruleThatThrowsFailsTheTest() {
    var request = Requests.create(podNamed("broken")).build();

    assertThatThrownBy(() -> webhook.mutate(request))
        .isInstanceOf(RuleFailedException.class)
        .hasMessageContaining("Curfew.fail")
        .hasRootCauseMessage("as told by the name of \"broken\"");
  }

  @Test
  void objectOfAnotherResourceReachesNoRule() {
    var request = Requests.create("{apiVersion: v1, kind: Secret, metadata: {name: web}}").build();

    assertThat(webhook.admit(request)).isUnchanged().ranRules();
  }

  @Test
  void classesAreMadeByTheirConstructors() {
    assertThat(WebhookUnderTest.of(Curfew.class).registration().name())
        .isEqualTo("curfew.test.example.com");
  }

  @Webhook(name = "images.test.example.com")
  static final class Images {

    Images() {}

    @Validating(operations = Operation.CREATE)
    Decision judge(Pod pod) {
      return Decision.deny("no image");
    }
  }

  @Webhook(name = "images.test.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static final class Owners {

    Owners() {}

    @Validating(operations = Operation.CREATE)
    void judge(Pod pod) {}
  }

  @Test
  void oneClassNeedsNotStateWhatAnotherOfItsWebhookStates() {
    var request = Requests.create(podNamed("web")).build();

    assertThat(WebhookUnderTest.of(new Images()).admit(request)).isDeniedWith("no image");
    assertThat(WebhookUnderTest.of(Images.class).admit(request)).isDeniedWith("no image");
  }

  @Test
  void rulesOfTwoWebhooksAreRefused() {
    assertThatThrownBy(() -> WebhookUnderTest.of(new Curfew(), new OtherCurfew()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("join 2 webhooks")
        .hasMessageContaining("curfew.test.example.com")
        .hasMessageContaining("other.test.example.com");
  }

  static String podNamed(String name) {
    return "{apiVersion: v1, kind: Pod, metadata: {name: " + name + "}}";
  }
}
