package io.usher.testkit.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What tests with the annotation get, seen by running some. */
class ApiServerTestIT {

  /** By what the fixtures call it: the server's address, and the namespace. */
  private static final Map<String, String> SEEN = new ConcurrentHashMap<>();

  private static void saw(String who, ApiServer server) {
    SEEN.put(who, server.url() + ' ' + server.namespace());
  }

  private static String url(String who) {
    return SEEN.get(who).split(" ")[0];
  }

  private static String namespace(String who) {
    return SEEN.get(who).split(" ")[1];
  }

  private static EngineExecutionResults run(boolean parallel, Class<?>... classes) {
    SEEN.clear();
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "" + parallel)
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .selectors(
            Stream.of(classes)
                .map(each -> selectClass(each))
                .toArray(org.junit.platform.engine.discovery.ClassSelector[]::new))
        .execute();
  }

  private static void assertPassed(EngineExecutionResults results, long tests) {
    results.testEvents().failed().stream().forEach(System.err::println);
    results.allEvents().assertStatistics(statistics -> statistics.failed(0));
    results.testEvents().assertStatistics(statistics -> statistics.started(tests).succeeded(tests));
  }

  @ApiServerTest(rules = TeamRules.class, resources = Widget.class, manifests = "shop.yaml")
  static class OfClass {

    private final ApiServer server;

    OfClass(ApiServer server) {
      this.server = server;
    }

    @BeforeAll
    static void ofAllTests(ApiServer server) {
      saw("all", server);
    }

    @BeforeEach
    void sameAsInTheConstructor(ApiServer other, KubernetesClient client) {
      assertThat(other).isSameAs(server);
      assertThat(client).isSameAs(server.client());
      assertThat(client.getNamespace()).isEqualTo(server.namespace());
    }

    @Test
    void one(KubernetesClient client) {
      saw("one", server);
      assertThat(client.configMaps().inNamespace("shop").withName("prices").get()).isNotNull();
      assertThat(client.resources(Widget.class).list().getItems()).hasSize(1);
      server.on("*", "secrets").answerInternalError();
      server.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: mine}}");
      assertThat(client.configMaps().withName("mine").get().getMetadata().getLabels())
          .isEqualTo(Map.of("team", "red"));
    }

    @Test
    void two(KubernetesClient client) {
      saw("two", server);
      assertThat(client.resources(Widget.class).list().getItems()).hasSize(1);
      assertThat(client.secrets().list().getItems()).isEmpty();
      server.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: mine}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void eachInvocation(String name, ApiServer view) {
      saw("invocation " + name, view);
      assertThat(view).isSameAs(server);
    }

    @Nested
    class Within {
      @Test
      void nested(ApiServer view) {
        saw("nested", view);
      }
    }
  }

  @Test
  void testsOfAClassShareItsServerAndHaveNamespacesOfTheirOwn() {
    assertPassed(run(true, OfClass.class), 5);
    assertThat(SEEN.keySet().stream().map(ApiServerTestIT::url).distinct()).hasSize(1);
    assertThat(namespace("all")).isEqualTo("default");
    assertThat(SEEN.keySet().stream().map(ApiServerTestIT::namespace).distinct()).hasSize(6);
  }

  @ApiServerTest(manifests = "teas.yaml")
  static class OfDefinitions {
    @Test
    void objectsOfADefinitionAreThereWithItsDefaults(ApiServer server, KubernetesClient client) {
      assertThat(client.genericKubernetesResources("example.com/v1", "Tea").withName("assam").get())
          .extracting(tea -> tea.<Integer>get("spec", "degrees"))
          .isEqualTo(95);
      assertThatThrownBy(
              () ->
                  server.apply(
                      "{apiVersion: example.com/v1, kind: Tea, metadata: {name: mint}, spec:"
                          + " {minutes: 0}}"))
          .hasMessageContaining("spec.minutes in body should be greater than or equal to 1");
    }
  }

  @Test
  void definitionsAmongTheManifestsComeFirst() {
    assertPassed(run(false, OfDefinitions.class), 1);
  }

  @ApiServerTest(
      isolation = Isolation.SERVER,
      webhooks = WebhookTransport.IN_PROCESS,
      rules = TeamRules.class)
  static class OfTests {
    @Test
    void one(ApiServer server) {
      saw("one", server);
      server.apply("{apiVersion: v1, kind: Namespace, metadata: {name: mine}}");
    }

    @Test
    void two(ApiServer server) {
      saw("two", server);
      assertThat(server.client().namespaces().withName("mine").get()).isNull();
      server.apply("{apiVersion: v1, kind: Namespace, metadata: {name: mine}}");
    }
  }

  @Test
  void eachTestMayHaveAServer() {
    assertPassed(run(true, OfTests.class), 2);
    assertThat(url("one")).isNotEqualTo(url("two"));
    assertThat(List.of(namespace("one"), namespace("two"))).containsOnly("default");
  }

  @ApiServerTest(sharing = Sharing.JVM)
  static class First {
    @Test
    void test(ApiServer server) {
      saw("first", server);
    }
  }

  @ApiServerTest(sharing = Sharing.JVM)
  static class Second {
    @Test
    void test(ApiServer server) {
      saw("second", server);
    }
  }

  @ApiServerTest(sharing = Sharing.JVM, resources = Widget.class)
  static class Other {
    @Test
    void test(ApiServer server) {
      saw("other", server);
    }
  }

  @Test
  void classesThatSayTheSameShareAServer() {
    assertPassed(run(true, First.class, Second.class, Other.class), 3);
    assertThat(url("first")).isEqualTo(url("second")).isNotEqualTo(url("other"));
    assertThat(namespace("first")).isNotEqualTo(namespace("second"));
  }

  @ApiServerTest(isolation = Isolation.NONE)
  static class Steps {
    @Test
    void one(ApiServer server) {
      saw("one", server);
    }

    @Test
    void two(ApiServer server) {
      saw("two", server);
    }
  }

  @Test
  void testsMayShareANamespace() {
    assertPassed(run(false, Steps.class), 2);
    assertThat(SEEN.get("one")).isEqualTo(SEEN.get("two")).endsWith(" default");
  }

  @ApiServerTest(sharing = Sharing.JVM, isolation = Isolation.SERVER)
  static class Contradiction {
    @Test
    void test(ApiServer server) {
      saw("contradiction", server);
    }
  }

  @Test
  void contradictionIsNamed() {
    run(false, Contradiction.class).testEvents().failed().stream()
        .forEach(
            event ->
                assertThat(event.getPayload().orElseThrow().toString())
                    .contains("write isolation = NAMESPACE or sharing = CLASS"));
    assertThat(SEEN).isEmpty();
  }
}
