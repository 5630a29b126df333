package io.usher.testkit;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.testkit.AdmissionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.Index;
import io.usher.cluster.Lister;
import io.usher.cluster.LiveReadException;
import io.usher.cluster.LiveReader;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Mutating;
import io.usher.rule.Reads;
import io.usher.rule.ReadsLive;
import io.usher.rule.RuleContext;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterFixtureTest {

  private static final String SHOP =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {team: checkout}, annotations: {note: secret}}
      """;

  private static final String INGRESS =
      """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: %s, namespace: shop}
      spec: {rules: [{host: shop.example.com}, {host: %s}]}
      """;

  static final class HostIndex implements Index<Ingress> {
    @Override
    public Collection<String> keys(Ingress ingress) {
      return ingress.getSpec().getRules().stream().map(rule -> rule.getHost()).toList();
    }
  }

  @Reads(value = Ingress.class, index = HostIndex.class, fields = "spec.rules.host")
  @Reads(value = Namespace.class, fields = "metadata.labels")
  @Reads(resource = "crontabs.v1.stable.example.com")
  @Webhook(name = "reads.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static final class Reading {

    private final Lister<Namespace> namespaces;

    Reading(Lister<Namespace> namespaces) {
      this.namespaces = namespaces;
    }

    @Mutating(operations = CREATE)
    void addTeam(Pod pod, RuleContext context) {
      namespaces
          .get(context.request().namespace())
          .ifPresent(
              namespace -> {
                pod.getMetadata().getLabels().putAll(namespace.getMetadata().getLabels());
                pod.getMetadata().getLabels().putAll(namespace.getMetadata().getAnnotations());
              });
    }

    @Validating(operations = {CREATE, UPDATE})
    Decision uniqueHosts(Ingress ingress, Lister<Ingress> ingresses) {
      for (var rule : ingress.getSpec().getRules()) {
        List<Ingress> others = ingresses.byIndex(HostIndex.class, rule.getHost());
        for (Ingress other : others) {
          if (!other.getMetadata().getName().equals(ingress.getMetadata().getName())) {
            return Decision.deny(
                rule.getHost() + " is that of Ingress " + other.getMetadata().getName());
          }
        }
      }
      return Decision.allow();
    }

    @Validating(operations = CREATE)
    Decision asksForMore(Namespace namespace, ClusterReader cluster) {
      return Decision.deny(
          cluster.lister("crontabs.v1.stable.example.com").list().size()
              + " CronTabs, "
              + cluster.lister(Pod.class).list().size()
              + " Pods");
    }
  }

  private final ClusterFixture cluster =
      ClusterFixture.of(
          SHOP + "---\n" + INGRESS.formatted("old", "b.example.com"),
          "{apiVersion: stable.example.com/v1, kind: CronTab, metadata: {name: a, namespace: b}}");

  private final WebhookUnderTest webhook = WebhookUnderTest.of(Reading.class).with(cluster);

  private static Object pod() {
    return "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {containers: []}}";
  }

  @Test
  void aConstructorsListerReadsTheClusterPrunedToTheDeclaredFields() {
    assertThat(webhook.mutate(Requests.create(pod()).namespace("shop").build()))
        .hasPatch(
            """
            [{"op": "add", "path": "/metadata/labels", "value": {"team": "checkout"}}]
            """);
    assertThat(webhook.mutate(Requests.create(pod()).namespace("other").build())).isUnchanged();
  }

  @Test
  void anIndexFindsWhatHasTheSameKey() {
    assertThat(webhook.validate(Requests.create(INGRESS.formatted("new", "c.example.com")).build()))
        .isDeniedWith("shop.example.com is that of Ingress old");
    String same = INGRESS.formatted("old", "c.example.com");
    assertThat(webhook.validate(Requests.update(same, same).build())).isAllowed();
  }

  @Test
  void withoutAClusterThereIsNothing() {
    assertThat(
            WebhookUnderTest.of(Reading.class)
                .validate(Requests.create(INGRESS.formatted("new", "c.example.com")).build()))
        .isAllowed();
  }

  @Test
  void aReadThatIsNotDeclaredFailsTheRule() {
    assertThatThrownBy(() -> webhook.validate(Requests.create(SHOP).build()))
        .hasRootCauseMessage(
            "rule ClusterFixtureTest.Reading.asksForMore reads Pod, of which its class declares no"
                + " read; declared are:"
                + " Ingress, Namespace, crontabs.v1.stable.example.com");
  }

  @Test
  void listersAreThereWithoutAWebhook() {
    assertThat(cluster.lister(Namespace.class).get("shop"))
        .hasValueSatisfying(
            found ->
                assertThat(found.getMetadata().getAnnotations()).containsEntry("note", "secret"));
    assertThat(cluster.lister(Ingress.class, HostIndex.class).byIndex(HostIndex.class, "x"))
        .isEmpty();
    assertThat(
            ClusterFixture.of(new NamespaceBuilder().withNewMetadata().withName("a").and().build())
                .aged(Duration.ofMinutes(2))
                .lister(Namespace.class)
                .age())
        .isEqualTo(Duration.ofMinutes(2));
  }

  @ReadsLive(value = Ingress.class, list = true)
  @ReadsLive(Namespace.class)
  @ReadsLive(resource = "nodes/proxy")
  @ReadsLive(resource = "pods/proxy")
  @ReadsLive(resource = "services/proxy")
  @Webhook(name = "live.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static final class Asking {

    @Validating(operations = CREATE)
    Decision ask(Pod pod, ClusterReader cluster) {
      LiveReader live = cluster.live();
      return Decision.deny(
          "%s %s %s %s"
              .formatted(
                  live.get(Namespace.class, "shop").isPresent(),
                  live.get(Ingress.class, "none", "front").isPresent(),
                  live.list(Ingress.class, "shop", "tier=front").size(),
                  live.nodeProxy("node-1", "healthz")
                      + live.podProxy("shop", "web:80", "")
                      + live.serviceProxy("shop", "web", "metrics")));
    }
  }

  @Test
  void liveReadsAreAnsweredFromTheObjectsAndByWhatTheTestSays() {
    ClusterFixture cluster =
        ClusterFixture.of(
            SHOP,
            INGRESS.formatted("front", "a"),
            INGRESS.formatted("back", "b").replace("{name", "{labels: {tier: front}, name"));
    WebhookUnderTest webhook =
        WebhookUnderTest.of(Asking.class)
            .with(
                cluster
                    .nodeProxy("node-1", "healthz", "1")
                    .podProxy("shop", "web:80", "", "2")
                    .serviceProxy("shop", "web", "metrics", "3"));
    var request = Requests.create("{apiVersion: v1, kind: Pod, metadata: {name: web}}").build();

    assertThat(webhook.validate(request)).isDeniedWith("true false 1 123");
    assertThatThrownBy(() -> WebhookUnderTest.of(Asking.class).with(cluster).validate(request))
        .hasRootCauseInstanceOf(LiveReadException.class)
        .hasRootCauseMessage(
            "GET api/v1/nodes/node-1/proxy/healthz: there is nothing behind the proxy here");
  }

  @Test
  void anObjectWithoutANameIsRefused() {
    assertThatThrownBy(() -> ClusterFixture.of(new GenericKubernetesResource()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an object of the cluster has no apiVersion; add it");
    assertThatThrownBy(() -> ClusterFixture.of("[1]"))
        .hasMessage("the given YAML holds what is no object: [1]");
  }
}
