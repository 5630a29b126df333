package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import java.time.Duration;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** PolicyTypesIT compares the words with those of kube-controller-manager. */
class PolicyTypesTest {

  private static final GroupResource POLICIES =
      new GroupResource("admissionregistration.k8s.io", "validatingadmissionpolicies");

  private final EmbeddedApiServer server = EmbeddedApiServer.create(config -> {});

  @AfterEach
  void close() {
    server.close();
  }

  private static ObjectNode policy(String name, String expression) {
    return PolicyServer.node(
        """
        metadata: {name: %s, generation: 1}
        spec:
          matchConstraints:
            resourceRules:
            - {operations: ["*"], apiGroups: [apps], apiVersions: [v1], resources: [deployments]}
          validations: [{expression: "%s"}]
        """
            .formatted(name, expression));
  }

  private JsonNode status(String name, int generation) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> stored(name).at("/status/observedGeneration").asInt() == generation);
    return stored(name).path("status");
  }

  private ObjectNode stored(String name) {
    return Objects.requireNonNull(server.server().objects().get(POLICIES, "", name));
  }

  @Test
  void fieldThatTheKindDoesNotHaveIsNamed() {
    server.server().objects().create(POLICIES, policy("wrong", "object.spec.replica > 1"));
    assertThat(status("wrong", 1))
        .isEqualTo(
            PolicyServer.node(
                """
                observedGeneration: 1
                typeChecking:
                  expressionWarnings:
                  - fieldRef: spec.validations[0].expression
                    warning: |
                      apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'replica'
                       | object.spec.replica > 1
                       | ...........^
                """));
  }

  @Test
  void changedPolicyIsCheckedAgain() {
    server.server().objects().create(POLICIES, policy("right", "object.spec.replicas > 1"));
    assertThat(status("right", 1))
        .isEqualTo(PolicyServer.node("{observedGeneration: 1, typeChecking: {}}"));
    ObjectNode changed = stored("right");
    changed.withObject("/metadata").put("generation", 2);
    changed.set("spec", policy("right", "object.spec.replicas > 'a'").get("spec"));
    server.server().objects().update(POLICIES, changed);
    assertThat(status("right", 2).at("/typeChecking/expressionWarnings/0/warning").asText())
        .contains("no matching overload for '_>_' applied to '(int, string)'");
  }
}
