package io.usher.telemetry;

import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.rule.Decision;
import io.usher.webhook.RuleTarget;
import io.usher.webhook.WebhookRegistration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindLabelsTest {

  @ParameterizedTest
  @CsvSource({
    "pods, '', v1, pods, '', Pod",
    "deployments.v1.apps, apps, v1, deployments, '', Deployment",
    "deployments.v1.apps/scale, apps, v1, deployments, scale, Scale",
    "widgets.v1.example.com, example.com, v1, widgets, '', widgets.example.com",
    "*.v1.apps, apps, v1, deployments, '', other"
  })
  void kindIsThatOfTheRegisteredResource(
      String registered,
      String group,
      String version,
      String resource,
      String subresource,
      String label) {
    var labels = labels(on(ObjectNode.class, Operation.UPDATE).resource(registered));
    assertThat(labels.of(request(group, version, resource, subresource, "Anything")))
        .isEqualTo(label);
  }

  @Test
  void kindOfACustomResourceIsThatOfItsType() {
    var labels = labels(on(Gadget.class, Operation.CREATE));
    assertThat(labels.of(request("example.com", "v1", "gadgets", "", "Gadget")))
        .isEqualTo("GadgetKind");
  }

  @Test
  void noCallerChoosesALabel() {
    var labels = labels(on(ObjectNode.class, Operation.CREATE).resource("pods"));
    String huge = "x".repeat(1_000_000);
    assertThat(labels.of(request("", "v1", "pods", "", huge))).isEqualTo("Pod");
    assertThat(labels.of(request("", "v1", "pods", "", "Pod"))).isEqualTo("Pod");
    assertThat(labels.of(request("", "v1", huge, "", huge))).isEqualTo("other");
  }

  @Group("example.com")
  @Version("v1")
  @Kind("GadgetKind")
  @Plural("gadgets")
  static final class Gadget extends CustomResource<Void, Void> implements Namespaced {}

  private static KindLabels labels(RuleTarget<?> target) {
    return new KindLabels(
        WebhookRegistration.named("a.example.com")
            .mutating("label", target, (object, context) -> Decision.allow())
            .build());
  }

  private static AdmissionRequest request(
      String group, String version, String resource, String subresource, String kind) {
    var type = new GroupVersionKind(group, version, kind);
    var plural = new GroupVersionResource(group, version, resource);
    return new AdmissionRequest(
        "uid",
        type,
        plural,
        subresource,
        type,
        plural,
        subresource,
        "web",
        "default",
        Operation.CREATE,
        UserInfo.of("alice"),
        false,
        null,
        null,
        null);
  }
}
