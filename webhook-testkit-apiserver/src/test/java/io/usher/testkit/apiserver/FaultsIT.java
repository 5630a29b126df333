package io.usher.testkit.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsIT {

  private static final long LIMIT_SECONDS = 60;

  /** What fabric8 has for the code of an answer that did not come. */
  private static final int NO_ANSWER = -1;

  private final ApiServer server = ApiServer.start(options -> {});

  private final KubernetesClient client = SingleTries.clientOf(server);

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private ConfigMap create(String name) {
    return client
        .resource(new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  private int codeOfList() {
    try {
      client.configMaps().list();
      return 200;
    } catch (KubernetesClientException e) {
      return e.getCode();
    }
  }

  @Test
  void nextRequestsAreAnsweredSoAndThenNoMore() {
    Fault fault = server.on("list", "configmaps").next(2).answerExpired();
    create("other-verb");
    client.secrets().list();
    assertThat(fault.count()).isZero();
    assertThat(codeOfList()).isEqualTo(410);
    assertThat(codeOfList()).isEqualTo(410);
    assertThat(codeOfList()).isEqualTo(200);
    assertThat(fault.count()).isEqualTo(2);
  }

  @Test
  void faultHappensUntilItIsLifted() {
    try (Fault fault = server.on("*", "configmaps").answerInternalError()) {
      assertThat(codeOfList()).isEqualTo(500);
      assertThat(codeOfList()).isEqualTo(500);
      assertThat(fault.count()).isEqualTo(2);
    }
    assertThat(codeOfList()).isEqualTo(200);
  }

  @Test
  void clientComesAgainAsTheAnswerSays() {
    Fault fault = server.on("list", "configmaps").next(1).answerTooManyRequests(1);
    assertThatThrownBy(() -> client.configMaps().list())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(429);
              assertThat(e.getStatus().getDetails().getRetryAfterSeconds()).isEqualTo(1);
            });
    server.on("list", "configmaps").next(1).answerTooManyRequests(1);
    assertThat(server.client().configMaps().list().getItems()).isNotEmpty();
    assertThat(fault.count()).isEqualTo(1);
  }

  @Test
  void subresourceIsNamedWithItsResource() {
    server.on("update", "deployments/status").answer(503, "ServiceUnavailable", "come again");
    server.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: c, image: i}]}
        """);
    var web = client.apps().deployments().withName("web");
    web.edit(
        deployment -> {
          deployment.getSpec().setReplicas(2);
          return deployment;
        });
    assertThatThrownBy(() -> client.resource(web.get()).updateStatus())
        .hasMessageContaining("come again");
  }

  @Test
  void delayedRequestGoesOnWhenTheFaultIsLifted() throws Exception {
    Fault fault = server.on("list", "configmaps").delay(Duration.ofHours(1));
    CompletableFuture<Integer> list = CompletableFuture.supplyAsync(this::codeOfList);
    await(() -> fault.count() == 1);
    assertThat(list).isNotDone();
    fault.close();
    assertThat(list.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(200);
  }

  @Test
  void connectionIsClosedWithoutAnAnswer() {
    server.on("list", "configmaps").next(1).closeConnection();
    assertThatThrownBy(() -> client.configMaps().list())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(NO_ANSWER);
              assertThat(e.getCause()).isInstanceOf(IOException.class);
            });
    assertThat(codeOfList()).isEqualTo(200);
  }

  @Test
  void refusedClientsComeBackToTheSamePort() {
    String url = server.url();
    server.refuseConnections();
    server.refuseConnections();
    assertThat(server.url()).isEqualTo(url);
    assertThat(codeOfList()).isEqualTo(NO_ANSWER);
    server.acceptConnections();
    assertThat(server.url()).isEqualTo(url);
    assertThat(codeOfList()).isEqualTo(200);
  }

  @Test
  void portOfARefusingServerIsNobodyElses() throws IOException {
    var address = new InetSocketAddress("127.0.0.1", URI.create(server.url()).getPort());
    server.refuseConnections();
    try (var other = new ServerSocket()) {
      other.setReuseAddress(false);
      assertThatThrownBy(() -> other.bind(address)).isInstanceOf(BindException.class);
    }
    server.acceptConnections();
    assertThat(codeOfList()).isEqualTo(200);
  }

  @Test
  void testThatIsOverLeavesItsServerToTheNext() {
    try (RunningServer shared = RunningServer.start(new ServerOptions(), Isolation.NAMESPACE)) {
      String kubeconfig;
      try (ApiServer over = ApiServer.inNewNamespace(shared)) {
        kubeconfig = over.kubeconfig();
        over.on("*", "*").answerInternalError();
        over.refuseConnections();
      }
      try (ApiServer next = ApiServer.inNewNamespace(shared);
          KubernetesClient late =
              new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build()) {
        assertThat(next.client().secrets().list().getItems()).isEmpty();
        assertThatThrownBy(() -> late.secrets().list())
            .isInstanceOfSatisfying(
                KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(401));
      }
    }
  }

  @Test
  void faultsOfOneTestAreNotAnothers() {
    try (ApiServer one = ApiServer.start(options -> {});
        KubernetesClient other = SingleTries.clientOf(one)) {
      server.on("*", "*").answerInternalError();
      assertThat(other.configMaps().list().getItems()).isNotEmpty();
    }
  }

  @Test
  void watchThatResumesBehindTheHistoryIsToldSo() throws Exception {
    String version = create("a").getMetadata().getResourceVersion();
    create("b");
    var closed = new LinkedBlockingQueue<Boolean>();
    server.compactHistory();
    try (var watch =
        client
            .configMaps()
            .watch(
                new ListOptionsBuilder().withResourceVersion(version).build(),
                new Watcher<ConfigMap>() {
                  @Override
                  public void eventReceived(Action action, ConfigMap map) {}

                  @Override
                  public void onClose(WatcherException cause) {
                    closed.add(cause.isHttpGone());
                  }
                })) {
      assertThat(closed.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void informerFollowsThroughEndedWatchesAndALostHistory() throws Exception {
    var added = new LinkedBlockingQueue<String>();
    try (var informer =
        server
            .client()
            .configMaps()
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(ConfigMap map) {
                    added.add(map.getMetadata().getName());
                  }

                  @Override
                  public void onUpdate(ConfigMap before, ConfigMap after) {}

                  @Override
                  public void onDelete(ConfigMap map, boolean unknown) {}
                })) {
      assertThat(added.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("kube-root-ca.crt");
      server.endWatches("configmaps");
      create("after-the-end");
      assertThat(added.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("after-the-end");
      server.on("watch", "configmaps").next(2).answerInternalError();
      server.compactHistory();
      server.endWatches("*");
      create("after-the-compaction");
      assertThat(added.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo("after-the-compaction");
      assertThat(informer.isWatching()).isTrue();
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(LIMIT_SECONDS)).until(condition);
  }
}
