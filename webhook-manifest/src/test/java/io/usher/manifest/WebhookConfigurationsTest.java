package io.usher.manifest;

import static io.usher.admission.Operation.CONNECT;
import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.admission.Operation;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.MatchPolicy;
import io.usher.rule.ReinvocationPolicy;
import io.usher.rule.Scope;
import io.usher.rule.SideEffects;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WebhookConfigurationsTest {

  private static final Installation INSTALLATION =
      new Installation("gate", "gate-system", "localhost/gate:1");

  @Test
  void everyFieldOfTheModelIsWritten() {
    WebhookRegistration webhook =
        WebhookRegistration.named("gate.example.com")
            .editing("edit", on(Pod.class, CREATE).scope(Scope.NAMESPACED), (pod, context) -> {})
            .mutatingFailurePolicy(FailurePolicy.FAIL)
            .timeoutSeconds(3)
            .matchPolicy(MatchPolicy.EXACT)
            .sideEffects(SideEffects.NONE_ON_DRY_RUN)
            .reinvocationPolicy(ReinvocationPolicy.NEVER)
            .namespaceSelector("team in (shop, bank)")
            .objectSelector("!skip")
            .matchCondition("not-root", "request.userInfo.username != 'root'")
            .build();

    assertThat(yaml(webhook))
        .isEqualTo(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: MutatingWebhookConfiguration
            metadata:
              name: gate
              labels:
                app.kubernetes.io/name: gate
                app.kubernetes.io/component: registration
            webhooks:
            - name: gate.example.com
              admissionReviewVersions:
              - v1
              clientConfig:
                service:
                  name: gate
                  namespace: gate-system
                  path: /mutate/gate.example.com
                  port: 443
              failurePolicy: Fail
              matchConditions:
              - name: not-root
                expression: request.userInfo.username != 'root'
              matchPolicy: Exact
              namespaceSelector:
                matchExpressions:
                - key: kubernetes.io/metadata.name
                  operator: NotIn
                  values:
                  - kube-node-lease
                  - kube-system
                  - gate-system
                - key: team
                  operator: In
                  values:
                  - shop
                  - bank
              objectSelector:
                matchExpressions:
                - key: skip
                  operator: DoesNotExist
              reinvocationPolicy: Never
              rules:
              - apiGroups:
                - ""
                apiVersions:
                - v1
                operations:
                - CREATE
                resources:
                - pods
                scope: Namespaced
              sideEffects: NoneOnDryRun
              timeoutSeconds: 3
            """);
  }

  @Test
  void rulesOfOneResourceAreJoinedAndResourcesOfOneGroupListedTogether() {
    WebhookRegistration webhook =
        validating("gate.example.com")
            .validating("a", on(Pod.class, CREATE), (pod, context) -> Decision.allow())
            .validating("b", on(Pod.class, DELETE), (pod, context) -> Decision.allow())
            .validating("c", on(Secret.class, UPDATE), (secret, context) -> Decision.allow())
            .validating("d", on(ConfigMap.class, UPDATE), (map, context) -> Decision.allow())
            .validating(
                "e",
                on(ObjectNode.class, CONNECT).resource("pods/exec"),
                (exec, context) -> Decision.allow())
            .build();

    assertThat(yaml(webhook).replaceAll("(?s).*\n  rules:\n(.*)  sideEffects.*", "$1"))
        .isEqualTo(
            """
              - apiGroups:
                - ""
                apiVersions:
                - v1
                operations:
                - CONNECT
                resources:
                - pods/exec
                scope: '*'
              - apiGroups:
                - ""
                apiVersions:
                - v1
                operations:
                - CREATE
                - DELETE
                resources:
                - pods
                scope: '*'
              - apiGroups:
                - ""
                apiVersions:
                - v1
                operations:
                - UPDATE
                resources:
                - configmaps
                - secrets
                scope: '*'
            """);
  }

  /** The API server refuses a resource beside a wildcard that means it, too. */
  @ParameterizedTest
  @CsvSource({
    "UPDATE, '*,*/*', '*/*'",
    "UPDATE, '*/*,*/scale', '*/*'",
    "UPDATE, '*,*/scale', '*,*/scale'",
    "CONNECT, 'pods,pods/*,pods/exec', 'pods,pods/*'"
  })
  void resourceThatWildcardMeansIsLeftOut(
      Operation operation, String resources, String registered) {
    WebhookRegistration webhook =
        validating("gate.example.com")
            .validating(
                "a",
                on(ObjectNode.class, CREATE, operation).resource(resources.split(",")),
                (object, context) -> Decision.allow())
            .build();

    List<ObjectNode> objects = new WebhookConfigurations(INSTALLATION, List.of(webhook)).all();

    assertThat(objects.get(0).at("/webhooks/0/rules").findValues("resources"))
        .singleElement()
        .hasToString("[\"" + registered.replace(",", "\",\"") + "\"]");
  }

  @Test
  void entriesKeepTheOrderBetweenWebhooks() {
    var second = validating("a.example.com").order(2);
    var first = validating("b.example.com").order(1);

    List<ObjectNode> objects =
        new WebhookConfigurations(
                INSTALLATION, List.of(allowing(first).build(), allowing(second).build()))
            .all();

    assertThat(objects).hasSize(1);
    assertThat(objects.get(0).get("webhooks").findValuesAsText("name"))
        .containsSubsequence("b.example.com", "a.example.com");
  }

  private static WebhookBuilder validating(String name) {
    return WebhookRegistration.named(name).validatingFailurePolicy(FailurePolicy.FAIL);
  }

  private static WebhookBuilder allowing(WebhookBuilder builder) {
    return builder.validating("a", on(Pod.class, CREATE), (pod, context) -> Decision.allow());
  }

  private static String yaml(WebhookRegistration webhook) {
    return KubernetesYaml.write(new WebhookConfigurations(INSTALLATION, List.of(webhook)).all());
  }
}
