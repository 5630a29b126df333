package io.usher.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EventConditions;
import org.junit.platform.testkit.engine.TestExecutionResultConditions;

class ManifestTest {

  @Test
  void parameterIsOfItsType(
      @Manifest("pod.yaml") Pod pod,
      @Manifest("pod.yaml") GenericKubernetesResource generic,
      @Manifest("/io/usher/testkit/pod.yaml") ObjectNode tree,
      @Manifest("pod.yaml") String text) {
    assertThat(pod.getSpec().getContainers().get(0).getImage()).isEqualTo("nginx:1.29");
    assertThat(generic.getMetadata().getName()).isEqualTo("web");
    assertThat(tree.path("kind").asText()).isEqualTo("Pod");
    assertThat(text).startsWith("apiVersion: v1\n");
  }

  @Test
  void missingFileAndUnfitTypeAreNamed() {
    EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.conditions.deactivate", "*")
        .selectors(DiscoverySelectors.selectClass(Broken.class))
        .execute()
        .testEvents()
        .assertThatEvents()
        .haveExactly(
            1,
            EventConditions.event(
                EventConditions.test("missing"),
                EventConditions.finishedWithFailure(
                    TestExecutionResultConditions.message(
                        message -> message.contains("@Manifest(\"none.yaml\"): no such")))))
        .haveExactly(
            1,
            EventConditions.event(
                EventConditions.test("unfit"),
                EventConditions.finishedWithFailure(
                    TestExecutionResultConditions.message(
                        message -> message.contains("decode a Integer")))));
  }

  @Disabled("run by the test above alone, to fail")
  static class Broken {
    @Test
    void missing(@Manifest("none.yaml") Pod pod) {
      assertThat(pod).isNull();
    }

    @Test
    void unfit(@Manifest("pod.yaml") Integer number) {
      assertThat(number).isNull();
    }
  }
}
