package io.usher.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.config.Setting;
import io.usher.server.ServerSettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerObjectsTest {

  private final List<ObjectNode> objects =
      new ServerObjects(new Installation("gate", "gate-system", "localhost/gate:1"), List.of())
          .all();

  @Test
  void nothingReadsTheCluster() {
    assertThat(objects)
        .extracting(object -> object.path("kind").asText())
        .containsExactly(
            "Namespace",
            "ServiceAccount",
            "Service",
            "Deployment",
            "PodDisruptionBudget",
            "HorizontalPodAutoscaler",
            "NetworkPolicy",
            "NetworkPolicy");
    assertThat(of("ServiceAccount").get("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod().get("automountServiceAccountToken").asBoolean(true)).isFalse();
  }

  @Test
  void podMayDoNothingButServe() {
    assertThat(pod().get("securityContext").toString())
        .isEqualTo(
            "{\"fsGroup\":10001,\"runAsGroup\":10001,\"runAsNonRoot\":true,\"runAsUser\":10001,"
                + "\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}");
    assertThat(container().get("securityContext").toString())
        .isEqualTo(
            "{\"allowPrivilegeEscalation\":false,\"capabilities\":{\"drop\":[\"ALL\"]},"
                + "\"readOnlyRootFilesystem\":true}");
    assertThat(of("Namespace").at("/metadata/labels/pod-security.kubernetes.io~1enforce").asText())
        .isEqualTo("restricted");
  }

  /** A flag that the server doesn't know would only be seen in the cluster. */
  @Test
  void serverKnowsEachArgument() {
    List<String> flags = ServerSettings.ALL.stream().map(Setting::flag).toList();

    assertThat(container().get("args")).extracting(JsonNode::asText).first().isEqualTo("serve");
    assertThat(container().get("args"))
        .extracting(JsonNode::asText)
        .filteredOn(argument -> argument.startsWith("--"))
        .isNotEmpty()
        .allSatisfy(
            argument -> assertThat(flags).contains(argument.substring(0, argument.indexOf('='))));
  }

  /** Killed earlier, the server would leave reviews unanswered. */
  @Test
  void graceLastsLongerThanTheDrainAndTheServersOwnEnd() {
    long drain = container().at("/lifecycle/preStop/sleep/seconds").asLong();
    long end = seconds(ServerSettings.SHUTDOWN_DELAY) + seconds(ServerSettings.SHUTDOWN_TIMEOUT);

    assertThat(pod().get("terminationGracePeriodSeconds").asLong()).isGreaterThan(drain + end);
  }

  /** Two owners of one number would take it from each other at each deploy. */
  @Test
  void autoscalerAloneSaysHowManyReplicas() {
    assertThat(of("Deployment").get("spec").has("replicas")).isFalse();
    assertThat(of("HorizontalPodAutoscaler").at("/spec/minReplicas").asInt()).isEqualTo(2);
    assertThat(of("HorizontalPodAutoscaler").at("/spec/scaleTargetRef").toString())
        .isEqualTo("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"gate\"}");
  }

  private static long seconds(Setting<Duration> setting) {
    return setting.parser().apply(List.of(setting.defaultText())).toSeconds();
  }

  private JsonNode container() {
    return pod().at("/containers/0");
  }

  private JsonNode pod() {
    return of("Deployment").at("/spec/template/spec");
  }

  private ObjectNode of(String kind) {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }
}
