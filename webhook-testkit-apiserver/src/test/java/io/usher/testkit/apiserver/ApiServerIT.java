package io.usher.testkit.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.usher.webhook.InvalidWebhookException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ApiServerIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void manifestsAreAppliedInOrder() {
    try (ApiServer server =
        ApiServer.start(
            options ->
                options
                    .resource(Widget.class)
                    .manifests(ApiServerIT.class, "shop.yaml")
                    .manifest(
                        "{apiVersion: v1, kind: ConfigMap, metadata: {name: prices, namespace:"
                            + " shop}, data: {tea: '2'}}"))) {
      assertThat(
              server.client().configMaps().inNamespace("shop").withName("prices").get().getData())
          .isEqualTo(Map.of("tea", "2", "coffee", "3"));
      assertThat(server.client().resources(Widget.class).withName("first").get().getSpec())
          .isEqualTo(Map.of("colour", "red"));
    }
  }

  @Test
  void manifestThatIsRefusedIsNamedWithTheServersMessage() {
    try (ApiServer server = ApiServer.start(options -> {})) {
      assertThatThrownBy(
              () ->
                  server.apply(
                      """
                      apiVersion: v1
                      kind: ConfigMap
                      metadata: {name: a}
                      ---
                      apiVersion: v1
                      kind: ConfigMap
                      metadata: {name: B}
                      """))
          .hasMessageStartingWith(
              "the given YAML, document 2 (ConfigMap B): ConfigMap \"B\" is invalid: metadata.name:");
      assertThatThrownBy(
              () -> server.apply("{apiVersion: example.com/v1, kind: Widget, metadata: {name: a}}"))
          .hasMessage(
              "the given YAML, document 1 (Widget a): the server does not serve this kind of"
                  + " example.com/v1: register its class by resources, or its CustomResourceDefinition by"
                  + " manifests");
      assertThatThrownBy(() -> server.apply("[]"))
          .hasMessage(
              "the given YAML, document 1 is no Kubernetes object: write apiVersion, kind and"
                  + " metadata");
      assertThatThrownBy(() -> server.apply(ApiServerIT.class, "none.yaml"))
          .hasMessageContaining("manifest \"none.yaml\": no such class path resource");
    }
  }

  @Test
  void customKindMayComeWhileTheServerRuns() {
    try (ApiServer server = ApiServer.start(options -> {})) {
      server
          .register(Widget.class)
          .apply("{apiVersion: example.com/v1, kind: Widget, metadata: {name: late}}");
      assertThat(server.client().resources(Widget.class).list().getItems()).hasSize(1);
    }
  }

  @Test
  void userMayDoWhatRolesAllow() {
    try (ApiServer server = ApiServer.start(options -> {})) {
      KubernetesClient jane = server.clientOf("jane", "developers");
      assertThatThrownBy(() -> jane.pods().list())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("User \"jane\" cannot list resource \"pods\"");
      server.apply(
          """
          apiVersion: rbac.authorization.k8s.io/v1
          kind: RoleBinding
          metadata: {name: developers}
          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
          subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: developers}]
          """);
      Awaitility.await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> jane.pods().list());
    }
  }

  @Test
  void otherClientsCallByTheKubeconfig() {
    try (ApiServer server = ApiServer.start(options -> {});
        KubernetesClient client =
            new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(server.kubeconfig()))
                .build()) {
      assertThat(client.namespaces().withName("default").get()).isNotNull();
    }
  }

  @Test
  void closedServerLeavesNoThreadNoPortAndNoFile() throws Exception {
    try (ApiServer first = ApiServer.start(options -> options.rules(TeamRules.class))) {
      first.client().configMaps().list();
    }
    Set<Path> filesBefore = files();
    Set<Long> threadsBefore = threads().keySet();

    int port;
    try (ApiServer server =
        ApiServer.start(
            options -> options.rules(TeamRules.class).webhooks(WebhookTransport.HTTPS))) {
      port = URI.create(server.url()).getPort();
      server.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
      server.client().configMaps().inform();
    }

    try (var free = new ServerSocket(port)) {
      assertThat(free.getLocalPort()).isEqualTo(port);
    }
    assertThat(files()).isEqualTo(filesBefore);
    // The JDK's HTTP client ends its threads when it is garbage; fabric8's timers end after a
    // while.
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(
            () -> {
              System.gc();
              var left = threads();
              left.keySet().removeAll(threadsBefore);
              assertThat(left).isEmpty();
            });
  }

  @Test
  void rulesThatCantBeServedLeaveNoFile() throws Exception {
    Set<Path> before = files();
    assertThatThrownBy(
            () -> ApiServer.start(options -> options.rules(TeamRules.class).rules(TeamRules.class)))
        .isInstanceOf(InvalidWebhookException.class);
    assertThat(files()).isEqualTo(before);
  }

  private static Map<Long, String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().startsWith("awaitility"))
        .filter(thread -> !thread.getName().startsWith("CachedSingleThreadScheduler"))
        .collect(Collectors.toMap(Thread::getId, Thread::getName));
  }

  private static Set<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(file -> file.getFileName().toString().startsWith("usher"))
          .collect(Collectors.toSet());
    }
  }
}
