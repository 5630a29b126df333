package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static io.usher.e2e.Documents.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.e2e.Kubectl.Output;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Denials and warnings as kubectl prints them. */
@ExtendWith(ClusterExtension.class)
final class KubectlIT {

  private static final String WEBHOOK = "denials.e2e.usher.io";
  private static final String DENIED = "admission webhook \"" + WEBHOOK + "\" denied the request: ";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final Kubectl kubectl;

  KubectlIT(TestNamespace namespace, KubernetesApi api, Kubectl kubectl) {
    this.namespace = namespace;
    this.api = api;
    this.kubectl = kubectl;
  }

  @BeforeEach
  void registerDenials() {
    namespace.register(
        namespace.validating().webhook(WEBHOOK, "CREATE,DELETE /v1/configmaps,pods"));
  }

  @Test
  void messageIsPrinted() {
    assertThat(create(configMap("message")))
        .isEqualTo(
            new Output(
                1,
                "",
                "Error from server (Forbidden): error when creating \"STDIN\": "
                    + DENIED
                    + "ConfigMaps need an owner\n"));
  }

  @Test
  void codeAndReasonArePassedOn() {
    assertThat(create(configMap("code-and-reason")).err())
        .isEqualTo(
            "Error from server (Conflict): error when creating \"STDIN\": "
                + DENIED
                + "another has it\n");
    Answer answer = api.create(namespace.path("v1", "configmaps"), configMap("own-reason"));
    assertThat(answer.refused(422)).isEqualTo(DENIED + "the team's quota is spent");
    assertThat(answer.at("/reason").asText()).isEqualTo("QuotaSpent");
  }

  @Test
  void ownReasonIsPrinted() {
    assertThat(create(configMap("own-reason")).err())
        .isEqualTo(
            "Error from server (QuotaSpent): error when creating \"STDIN\": "
                + DENIED
                + "the team's quota is spent\n");
  }

  @Test
  void messageAndFieldCausesArePrintedOneALine() {
    assertThat(create(pod("causes")).err())
        .isEqualTo(
            """
            The Pod "causes" is invalid:\s
            * admission webhook "denials.e2e.usher.io" denied the request: two fields are wrong
            * spec.containers[0].image: must have a tag
            * metadata.labels: must name a team
            """);
  }

  @Test
  void retryAfterIsPassedOn() {
    Answer answer = api.create(namespace.path("v1", "configmaps"), configMap("retry"));

    assertThat(answer.refused(429)).isEqualTo(DENIED + "not now");
    assertThat(answer.at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
  }

  @Test
  void warningsArePrintedWhenAllowed() {
    assertThat(create(configMap("warned")))
        .isEqualTo(
            new Output(
                0,
                "configmap/warned created\n",
                """
                Warning: the first "warning" of two lines
                Warning: второе предупреждение
                """));
  }

  @Test
  void warningsArePrintedWhenDenied() {
    assertThat(create(configMap("warned-and-denied")).err())
        .isEqualTo(
            "Warning: this is why\nError from server (Forbidden): error when creating \"STDIN\": "
                + DENIED
                + "denied too\n");
  }

  @Test
  void longWarningIsCutWithAMark() {
    String err = create(configMap("long-warning")).err();

    assertThat(err).startsWith("Warning: long long ").hasLineCount(1);
    assertThat(err.strip()).doesNotEndWith("long").hasSizeLessThan("Warning: ".length() + 4097);
  }

  @Test
  void serverDryRunReachesTheRule() {
    assertThat(create(configMap("dry-run"), "--dry-run=server"))
        .isEqualTo(
            new Output(
                0, "configmap/dry-run created (server dry run)\n", "Warning: dry run: true\n"));
    assertThat(create(configMap("dry-run")))
        .isEqualTo(new Output(0, "configmap/dry-run created\n", "Warning: dry run: false\n"));
  }

  @Test
  void deleteIsDenied() {
    create(configMap("kept"));

    assertThat(kubectl.run("", "-n", namespace.name(), "delete", "configmap", "kept").err())
        .isEqualTo("Error from server (Forbidden): " + DENIED + "it is kept\n");
  }

  private Output create(ObjectNode object, String... flags) {
    var arguments = new ArrayList<>(List.of(flags));
    arguments.addAll(List.of("-n", namespace.name(), "create", "-f", "-"));
    return kubectl.run(object.toString(), arguments.toArray(String[]::new));
  }
}
