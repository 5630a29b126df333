package io.usher.manifest;

import static io.usher.admission.Operation.CREATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.webhook.WebhookRegistration;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DevWebhookConfigurationsTest {

  @Test
  void onlyOptedInNamespacesAreMeantAndFailuresIgnored() {
    WebhookRegistration webhook =
        WebhookRegistration.named("gate.example.com")
            .validatingFailurePolicy(FailurePolicy.FAIL)
            .validating("a", on(Pod.class, CREATE), (pod, context) -> Decision.allow())
            .build();
    var registration =
        new DevWebhookConfigurations(
            "jo",
            URI.create("https://host.k3d.internal:9443"),
            "ABC".getBytes(StandardCharsets.UTF_8),
            Instant.parse("2026-01-02T03:04:05.678Z"));

    assertThat(registration.yaml(List.of(webhook)))
        .isEqualTo(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata:
              name: usher-dev-jo
              labels:
                app.kubernetes.io/name: usher-dev-jo
                app.kubernetes.io/component: registration
                usher.io/dev: jo
              annotations:
                usher.io/expires: "2026-01-02T03:04:05Z"
            webhooks:
            - name: gate.example.com
              admissionReviewVersions:
              - v1
              clientConfig:
                url: https://host.k3d.internal:9443/validate/gate.example.com
                caBundle: QUJD
              failurePolicy: Ignore
              matchPolicy: Equivalent
              namespaceSelector:
                matchExpressions:
                - key: kubernetes.io/metadata.name
                  operator: NotIn
                  values:
                  - kube-node-lease
                  - kube-system
                  - usher-dev-jo
                - key: usher.io/dev
                  operator: In
                  values:
                  - jo
              objectSelector: {}
              rules:
              - apiGroups:
                - ""
                apiVersions:
                - v1
                operations:
                - CREATE
                resources:
                - pods
                scope: '*'
              sideEffects: None
              timeoutSeconds: 5
            """);
  }
}
