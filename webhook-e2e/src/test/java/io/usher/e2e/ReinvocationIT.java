package io.usher.e2e;

import static io.usher.e2e.Documents.pod;
import static io.usher.e2e.Documents.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How often each mutating webhook is called, as Kubernetes' own test of reinvocation counts. */
@ExtendWith(ClusterExtension.class)
final class ReinvocationIT {

  private static final String NOOP = "noop.e2e.usher.io";
  private static final String ADD_LABEL = "add-label.e2e.usher.io";
  private static final String CONDITIONAL = "conditional-add-label.e2e.usher.io";
  private static final String SET_TRUE = "set-true.e2e.usher.io";
  private static final String SET_FALSE = "set-false.e2e.usher.io";
  private static final String SET_PRIORITY = "set-priority.e2e.usher.io";
  private static final String SET_INVALID_PRIORITY = "set-invalid-priority.e2e.usher.io";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final AuditLog audit;

  ReinvocationIT(TestNamespace namespace, KubernetesApi api, AuditLog audit) {
    this.namespace = namespace;
    this.api = api;
    this.audit = audit;
  }

  @BeforeEach
  void createPriorityClasses() {
    for (String line :
        List.of(
            "{metadata: {name: low-priority}, value: 1}",
            "{metadata: {name: high-priority}, value: 10}")) {
      ObjectNode priority = yaml(line);
      priority.put("apiVersion", "scheduling.k8s.io/v1").put("kind", "PriorityClass");
      assertThat(api.create("/apis/scheduling.k8s.io/v1/priorityclasses", priority).status())
          .isIn(201, 409);
    }
  }

  @Test
  void pluginsOwnMutationCallsNobodyAgain() {
    register("IfNeeded", NOOP);

    assertThat(audit.counts(create("low-priority"))).isEqualTo(Map.of(NOOP, 1));
  }

  @Test
  void ownMutationCallsNobodyAgain() {
    register("IfNeeded", ADD_LABEL);

    assertThat(audit.counts(create("low-priority"))).isEqualTo(Map.of(ADD_LABEL, 1));
  }

  @Test
  void pluginThatMutatesAgainCallsWebhookAgain() {
    register("IfNeeded", SET_PRIORITY);

    Answer answer = create("low-priority");

    assertThat(answer.at("/spec/priority").asInt()).isEqualTo(10);
    assertThat(audit.calls(answer).stream().map(call -> call.webhook() + " " + call.mutated()))
        .containsExactly(SET_PRIORITY + " true", SET_PRIORITY + " false");
  }

  @Test
  void laterMutationCallsEarlierWebhookAgain() {
    register("IfNeeded", ADD_LABEL, CONDITIONAL);

    Answer answer = create("low-priority");

    assertThat(labels(answer))
        .isEqualTo(yaml("{x: \"true\", fight: \"\", a: \"true\", b: \"true\"}"));
    assertThat(audit.counts(answer)).isEqualTo(Map.of(ADD_LABEL, 2, CONDITIONAL, 1));
  }

  @Test
  void mutationOnReinvocationCallsLaterWebhookAgain() {
    register("IfNeeded", SET_TRUE, SET_FALSE);

    Answer answer = create("low-priority");

    assertThat(labels(answer).path("fight").asText()).isEqualTo("false");
    assertThat(audit.counts(answer)).isEqualTo(Map.of(SET_TRUE, 2, SET_FALSE, 2));
  }

  @Test
  void webhookThatWasNotCalledFirstIsNotCalledAgain() {
    namespace.register(
        namespace
            .mutating()
            .webhook(
                CONDITIONAL,
                "CREATE /v1/pods",
                webhook -> {
                  webhook.put("reinvocationPolicy", "IfNeeded");
                  webhook.withObject("/objectSelector/matchLabels").put("a", "true");
                })
            .webhook(
                ADD_LABEL,
                "CREATE /v1/pods",
                webhook -> webhook.put("reinvocationPolicy", "IfNeeded")));

    Answer answer = create("low-priority");

    assertThat(labels(answer)).isEqualTo(yaml("{x: \"true\", fight: \"\", a: \"true\"}"));
    assertThat(audit.counts(answer)).isEqualTo(Map.of(ADD_LABEL, 1));
  }

  @Test
  void invalidPriorityIsThePluginsError() {
    register("IfNeeded", SET_INVALID_PRIORITY);

    Answer answer = api.create(namespace.path("v1", "pods"), pod("web"));

    assertThat(answer.refused(403)).contains("no PriorityClass with name invalid was found");
    assertThat(audit.counts(answer)).isEqualTo(Map.of(SET_INVALID_PRIORITY, 1));
  }

  @Test
  void policyNeverIsRespected() {
    register("Never", CONDITIONAL, ADD_LABEL);

    Answer answer = create("");

    assertThat(labels(answer)).isEqualTo(yaml("{x: \"true\", fight: \"\", a: \"true\"}"));
    assertThat(audit.counts(answer)).isEqualTo(Map.of(CONDITIONAL, 1, ADD_LABEL, 1));
  }

  @Test
  void policyNeverIsTheDefault() {
    namespace.register(
        namespace
            .mutating()
            .webhook(CONDITIONAL, "CREATE /v1/pods")
            .webhook(ADD_LABEL, "CREATE /v1/pods"));

    assertThat(audit.counts(create(""))).isEqualTo(Map.of(CONDITIONAL, 1, ADD_LABEL, 1));
  }

  @Test
  void reinvokedWebhookSeesWhatTheLaterOneAdded() {
    register("IfNeeded", CONDITIONAL, ADD_LABEL);

    Answer answer = create("");

    assertThat(labels(answer).path("b").asText()).isEqualTo("true");
    assertThat(audit.counts(answer)).isEqualTo(Map.of(CONDITIONAL, 2, ADD_LABEL, 2));
  }

  private void register(String policy, String... webhooks) {
    WebhookConfiguration configuration = namespace.mutating();
    for (String name : webhooks) {
      configuration.webhook(
          name, "CREATE /v1/pods", webhook -> webhook.put("reinvocationPolicy", policy));
    }
    namespace.register(configuration);
  }

  private Answer create(String priorityClass) {
    ObjectNode pod = pod("web");
    pod.withObject("/metadata/labels").put("x", "true").put("fight", "");
    if (!priorityClass.isEmpty()) {
      pod.withObject("/spec").put("priorityClassName", priorityClass);
    }
    return api.create(namespace.path("v1", "pods"), pod).accepted();
  }

  private static ObjectNode labels(Answer answer) {
    return (ObjectNode) answer.at("/metadata/labels");
  }
}
