package io.usher.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AuthorityObjectsTest {

  private final Installation installation =
      new Installation("gate", "gate-system", "localhost/gate:1");
  private final List<ObjectNode> server = new ServerObjects(installation, List.of()).all();
  private final List<ObjectNode> objects = new AuthorityObjects(installation).all();

  @Test
  void rightsAreForTheseSecretsAndConfigurationsAlone() {
    assertThat(of(objects, "Role").get("rules").toString())
        .isEqualTo(
            "[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],"
                + "\"resourceNames\":[\"gate-authority\",\"gate-tls\"],\"verbs\":[\"get\",\"update\"]},"
                + "{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"create\"]}]");
    assertThat(of(objects, "ClusterRole").get("rules").toString())
        .isEqualTo(
            "[{\"apiGroups\":[\"admissionregistration.k8s.io\"],"
                + "\"resources\":[\"mutatingwebhookconfigurations\",\"validatingwebhookconfigurations\"],"
                + "\"resourceNames\":[\"gate\"],\"verbs\":[\"get\",\"patch\"]}]");
  }

  @Test
  void rightsAreItsOwnAndNotTheServers() {
    for (String binding : List.of("RoleBinding", "ClusterRoleBinding")) {
      assertThat(of(objects, binding).get("subjects").toString())
          .isEqualTo(
              "[{\"kind\":\"ServiceAccount\",\"name\":\"gate-authority\",\"namespace\":\"gate-system\"}]");
    }
    assertThat(pod(objects).get("serviceAccountName").asText()).isEqualTo("gate-authority");
    assertThat(pod(server).get("serviceAccountName").asText()).isEqualTo("gate");
    assertThat(pod(server).get("automountServiceAccountToken").asBoolean(true)).isFalse();
  }

  @Test
  void podIsAsConfinedAsTheServers() {
    for (String field : List.of("securityContext", "priorityClassName", "enableServiceLinks")) {
      assertThat(pod(objects).get(field))
          .as(field)
          .isNotNull()
          .hasToString(pod(server).get(field).toString());
    }
    for (String field : List.of("securityContext", "image", "imagePullPolicy")) {
      assertThat(container(objects).get(field))
          .as(field)
          .isNotNull()
          .hasToString(container(server).get(field).toString());
    }
  }

  /** What the server's Service, NetworkPolicy and disruption budget mean is the server. */
  @Test
  void podIsNoneOfTheServers() {
    JsonNode labels = of(objects, "Deployment").at("/spec/template/metadata/labels");

    assertThat(labels).isEqualTo(of(objects, "Deployment").at("/spec/selector/matchLabels"));
    assertThat(labels).isEqualTo(of(objects, "NetworkPolicy").at("/spec/podSelector/matchLabels"));
    assertThat(labels.toString()).isEqualTo("{\"app.kubernetes.io/name\":\"gate-authority\"}");
    assertThat(of(server, "Service").at("/spec/selector").toString())
        .isEqualTo("{\"app.kubernetes.io/name\":\"gate\"}");
  }

  @Test
  void nobodyReachesIt() {
    assertThat(of(objects, "NetworkPolicy").at("/spec/policyTypes").toString()).contains("Ingress");
    assertThat(of(objects, "NetworkPolicy").at("/spec/ingress").isMissingNode()).isTrue();
  }

  private static JsonNode container(List<ObjectNode> all) {
    return pod(all).at("/containers/0");
  }

  private static JsonNode pod(List<ObjectNode> all) {
    return of(all, "Deployment").at("/spec/template/spec");
  }

  private static ObjectNode of(List<ObjectNode> all, String kind) {
    return all.stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow();
  }
}
