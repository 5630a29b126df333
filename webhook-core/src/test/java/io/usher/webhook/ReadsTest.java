package io.usher.webhook;

import static io.usher.admission.Operation.CREATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.FieldPath;
import io.usher.cluster.Index;
import io.usher.cluster.Lister;
import io.usher.cluster.LiveRead;
import io.usher.cluster.LiveReader;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Phase;
import io.usher.rule.Reads;
import io.usher.rule.ReadsLive;
import io.usher.rule.Rule;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadsTest {

  private static final Read CONFIG_MAPS =
      new Read(
          ConfigMap.class,
          "",
          new GroupVersionResource("", "v1", "configmaps"),
          List.of(ByOwner.class),
          List.of(FieldPath.parse("data['ca.crt']")),
          OnStale.USE);

  private static final Read CRON_TABS =
      new Read(
          GenericKubernetesResource.class,
          "crontabs.v1.example.com",
          new GroupVersionResource("example.com", "v1", "crontabs"),
          List.of(),
          List.of(),
          OnStale.FAIL);

  private static final LiveRead SECRETS =
      new LiveRead(
          Secret.class,
          "",
          new GroupVersionResource("", "v1", "secrets"),
          "",
          true,
          Duration.ofSeconds(3));

  private static final LiveRead NODE_PROXY =
      new LiveRead(
          GenericKubernetesResource.class,
          "nodes/proxy",
          new GroupVersionResource("", "v1", "nodes"),
          "proxy",
          false,
          Duration.ZERO);

  static final class ByOwner implements Index<ConfigMap> {
    @Override
    public Collection<String> keys(ConfigMap map) {
      return List.of();
    }
  }

  @Reads(
      value = ConfigMap.class,
      index = ByOwner.class,
      fields = "data['ca.crt']",
      onStale = OnStale.USE)
  @Reads(resource = "crontabs.v1.example.com")
  @Webhook(name = "reads.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static final class Reading {

    record Config(Optional<String> name) {}

    private final Lister<ConfigMap> maps;
    private final String name;

    Reading(Lister<ConfigMap> maps, Config config) {
      this.maps = maps;
      this.name = config.name().orElse("none");
    }

    @Validating(operations = CREATE)
    Decision byConstructor(Pod pod) {
      return Decision.deny(name + ": " + maps.get("default", "a").isPresent());
    }

    @Validating(operations = CREATE)
    Decision byParameters(
        Pod pod,
        Lister<ConfigMap> maps,
        Lister<GenericKubernetesResource> tabs,
        ClusterReader all) {
      return Decision.deny(
          "%s %s %s"
              .formatted(
                  maps.list().size(),
                  tabs.list().size(),
                  all.lister("crontabs.v1.example.com").list().size()));
    }
  }

  private final FixedContext context = new FixedContext(new Pod(), null);
  private final ClusterReader cluster = mock();
  private final Lister<ConfigMap> maps = mock();
  private final Lister<GenericKubernetesResource> tabs = mock();

  @BeforeEach
  void fill() {
    context.cluster = cluster;
    when(cluster.lister(ConfigMap.class)).thenReturn(maps);
    when(cluster.lister(GenericKubernetesResource.class)).thenReturn(tabs);
    when(cluster.lister("crontabs.v1.example.com")).thenReturn(tabs);
    when(maps.list()).thenReturn(List.of(new ConfigMap()));
    when(maps.get("default", "a")).thenReturn(Optional.of(new ConfigMap()));
    when(tabs.list())
        .thenReturn(List.of(new GenericKubernetesResource(), new GenericKubernetesResource()));
  }

  private static WebhookRegistration reading(Map<String, String> environment) {
    return WebhookRegistration.fromClasses(
            List.of(Reading.class), type -> "", RuleConfiguration.of(Map.of(), environment))
        .get(0);
  }

  private String message(WebhookRegistration webhook, int rule) throws Exception {
    Decision decision = webhook.rules(Phase.VALIDATING).get(rule).rule().apply(context);
    return decision.toString();
  }

  @Test
  void declaredReadsAreTheRules() {
    assertThat(reading(Map.of()).reads()).containsExactly(CONFIG_MAPS, CRON_TABS);
  }

  @Test
  void aConstructorsListerIsAnsweredByTheRunningRule() throws Exception {
    WebhookRegistration webhook =
        reading(Map.of("USHER_RULE_CONFIG_READS_EXAMPLE_COM_NAME", "configured"));

    assertThat(message(webhook, 0)).contains("configured: true");
  }

  @Test
  void rulesTakeListersAndTheWholeCluster() throws Exception {
    assertThat(message(reading(Map.of()), 1)).contains("1 2 2");
  }

  @Reads(Namespace.class)
  @Webhook(name = "early.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static final class Early {
    Early(Lister<Namespace> namespaces) {
      namespaces.list();
    }

    @Validating(operations = CREATE)
    void rule(Pod pod) {}
  }

  @Test
  void aConstructorCantReadYet() {
    assertThatThrownBy(() -> WebhookRegistration.fromClasses(List.of(Early.class)))
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessageContaining("no rule of the class runs on this thread");
  }

  @ReadsLive(value = Secret.class, list = true, cacheSeconds = 3)
  @ReadsLive(resource = "nodes/proxy")
  @Webhook(name = "live.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static final class Asking {

    private final ClusterReader cluster;

    Asking(ClusterReader cluster) {
      this.cluster = cluster;
    }

    @Validating(operations = CREATE)
    Decision ask(Pod pod) {
      return Decision.deny(cluster.live().nodeProxy("node-1", "healthz"));
    }
  }

  @Test
  void whatIsAskedLiveIsDeclared() throws Exception {
    LiveReader live = mock();
    when(cluster.live()).thenReturn(live);
    when(live.nodeProxy("node-1", "healthz")).thenReturn("well");
    WebhookRegistration webhook = WebhookRegistration.fromClasses(List.of(Asking.class)).get(0);

    assertThat(webhook.reads()).isEmpty();
    assertThat(webhook.liveReads()).containsExactly(SECRETS, NODE_PROXY);
    assertThat(message(webhook, 0)).contains("well");
  }

  @Test
  void aBuilderDeclaresTheSame() {
    WebhookRegistration webhook =
        WebhookRegistration.named("built.example.com")
            .readsLive(LiveReadTarget.of(Secret.class).list().cacheSeconds(3))
            .readsLive(LiveReadTarget.of("nodes/proxy"))
            .editing("rule", on(Pod.class, CREATE), (pod, call) -> {})
            .build();

    assertThat(webhook.liveReads()).containsExactly(SECRETS, NODE_PROXY);
  }

  @Test
  void aBuildersRulesReadByTheirContext() throws Exception {
    Rule rule = call -> Decision.deny("" + call.cluster().lister(ConfigMap.class).list().size());
    WebhookRegistration webhook =
        WebhookRegistration.named("built.example.com")
            .reads(
                ReadTarget.of(ConfigMap.class)
                    .index(ByOwner.class)
                    .fields("data['ca.crt']")
                    .onStale(OnStale.USE))
            .reads(ReadTarget.of("crontabs.v1.example.com"))
            .validating("count", on(Pod.class, CREATE), rule)
            .validatingFailurePolicy(FailurePolicy.FAIL)
            .build();

    assertThat(webhook.reads()).containsExactly(CONFIG_MAPS, CRON_TABS);
    assertThat(message(webhook, 0)).contains("1");
  }

  @Test
  void aBuildersBadReadIsToldWithEverythingElse() {
    assertThatThrownBy(
            () ->
                WebhookRegistration.named("built.example.com")
                    .reads(ReadTarget.of(ConfigMap.class).fields("."))
                    .build())
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessageContaining("webhook built.example.com: @Reads of ConfigMap: field \".\"")
        .hasMessageContaining("has no rules");
  }
}
