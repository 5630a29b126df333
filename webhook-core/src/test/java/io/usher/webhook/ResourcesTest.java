package io.usher.webhook;

import static io.usher.admission.Operation.CONNECT;
import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodExecOptions;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.rule.Scope;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourcesTest {

  @Group("stable.example.com")
  @Version("v1beta2")
  @Plural("crontabber")
  static class Named extends CustomResource<String, String> {
    private static final long serialVersionUID = 1L;
  }

  @Group("stable.example.com")
  @Version("v1")
  @Kind("CronPolicy")
  static class Unnamed extends CustomResource<String, String> {
    private static final long serialVersionUID = 1L;
  }

  static Stream<Arguments> targets() {
    return Stream.of(
        target(on(Pod.class, CREATE), r("", "v1", "pods", "")),
        target(on(Deployment.class, CREATE), r("apps", "v1", "deployments", "")),
        target(on(Ingress.class, CREATE), r("networking.k8s.io", "v1", "ingresses", "")),
        target(
            on(NetworkPolicy.class, CREATE), r("networking.k8s.io", "v1", "networkpolicies", "")),
        target(on(Event.class, CREATE), r("", "v1", "events", "")),
        target(
            on(io.fabric8.kubernetes.api.model.events.v1.Event.class, CREATE),
            r("events.k8s.io", "v1", "events", "")),
        target(
            on(Node.class, CREATE, UPDATE).scope(Scope.CLUSTER).subresources("status"),
            r("", "v1", "nodes", ""),
            r("", "v1", "nodes", "status")),
        target(on(Namespace.class, CREATE).namespaces("team-*"), r("", "v1", "namespaces", "")),
        target(
            on(Pod.class, CREATE, UPDATE).subresources("ephemeralcontainers", "resize"),
            r("", "v1", "pods", ""),
            r("", "v1", "pods", "ephemeralcontainers"),
            r("", "v1", "pods", "resize")),
        target(on(Pod.class, UPDATE).resource("pods/status"), r("", "v1", "pods", "status")),
        target(
            on(PodExecOptions.class, CONNECT).resource("pods/exec"), r("", "v1", "pods", "exec")),
        target(
            on(Scale.class, UPDATE)
                .resource(
                    "deployments.apps/scale",
                    "replicationcontrollers/scale",
                    "crontabs.v1.stable.example.com/scale",
                    "*/scale"),
            r("apps", "v1", "deployments", "scale"),
            r("", "v1", "replicationcontrollers", "scale"),
            r("stable.example.com", "v1", "crontabs", "scale"),
            r("*", "*", "*", "scale")),
        target(on(Binding.class, CREATE).resource("pods/binding"), r("", "v1", "pods", "binding")),
        target(
            on(Eviction.class, CREATE).resource("pods/eviction"), r("", "v1", "pods", "eviction")),
        target(
            on(TokenRequest.class, CREATE).resource("serviceaccounts/token"),
            r("", "v1", "serviceaccounts", "token")),
        target(
            on(HTTPRoute.class, CREATE).resource("httproutes.v1.gateway.networking.k8s.io"),
            r("gateway.networking.k8s.io", "v1", "httproutes", "")),
        target(
            on(Named.class, CREATE, UPDATE).subresources("status"),
            r("stable.example.com", "v1beta2", "crontabber", ""),
            r("stable.example.com", "v1beta2", "crontabber", "status")),
        target(on(Unnamed.class, CREATE), r("stable.example.com", "v1", "cronpolicies", "")),
        target(
            on(ObjectNode.class, CREATE)
                .resource("deployments", "events", "horizontalpodautoscalers", "resourceclaims"),
            r("apps", "v1", "deployments", ""),
            r("", "v1", "events", ""),
            r("autoscaling", "v2", "horizontalpodautoscalers", ""),
            r("resource.k8s.io", "v1", "resourceclaims", "")),
        target(
            on(JsonNode.class, CREATE, UPDATE)
                .resource(
                    "events.events.k8s.io",
                    "horizontalpodautoscalers.v1.autoscaling",
                    "podgroups.scheduling.k8s.io/status",
                    "pods.v1"),
            r("events.k8s.io", "v1", "events", ""),
            r("autoscaling", "v1", "horizontalpodautoscalers", ""),
            r("scheduling.k8s.io", "v1alpha2", "podgroups", "status"),
            r("", "v1", "pods", "")),
        target(
            on(GenericKubernetesResource.class, CREATE, UPDATE)
                .resource("*", "*/*", "*.apps", "*.v1.apps/status", "pods/*", "jobs.v2.batch"),
            r("*", "*", "*", ""),
            r("*", "*", "*", "*"),
            r("apps", "*", "*", ""),
            r("apps", "v1", "*", "status"),
            r("", "v1", "pods", "*"),
            r("batch", "v2", "jobs", "")));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void areInferredOrNamed(RuleTarget<?> target, List<ResourceMatch> resources) {
    WebhookRegistration webhook =
        WebhookRegistration.named("a.example.com")
            .validatingFailurePolicy(FailurePolicy.FAIL)
            .validating("rule", target, context -> Decision.allow())
            .build();

    assertThat(webhook.rules(Phase.VALIDATING).get(0).match().resources()).isEqualTo(resources);
  }

  private static Arguments target(RuleTarget<?> target, ResourceMatch... resources) {
    return Arguments.of(target, List.of(resources));
  }

  private static ResourceMatch r(String group, String version, String resource, String sub) {
    return new ResourceMatch(group, version, resource, sub);
  }
}
