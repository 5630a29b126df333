package io.usher.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.usher.engine.Ticker;
import io.usher.listwatch.TcpRelay;
import io.usher.server.HttpsApiServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Replicas that ask one API server for one Lease. */
@Timeout(240)
class LeaderElectionIT {

  /** Nobody can wait until it expires. */
  private static final Duration FOREVER = Duration.ofHours(1);

  private static final Duration RETRY = Duration.ofMillis(50);

  /** What the tasks did, in order: {@code a begins}, {@code a ends}. */
  private final List<String> history = new CopyOnWriteArrayList<>();

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final AtomicReference<Leadership> last = new AtomicReference<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private static HttpsApiServer server;
  private String lease;
  private TcpRelay relay;

  @BeforeAll
  static void serve() throws Exception {
    server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0), List.of(), config -> {}, fatal -> {});
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @BeforeEach
  void start(TestInfo test) throws Exception {
    lease = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    relay = new TcpRelay(server.port());
  }

  @AfterEach
  void stop() throws Exception {
    relay.refuse(false);
    for (AutoCloseable each : open) {
      each.close();
    }
    relay.close();
  }

  private Config direct() {
    return Config.fromKubeconfig(server.kubeconfig());
  }

  private Config relayed() {
    return new ConfigBuilder(direct()).withMasterUrl("https://127.0.0.1:" + relay.port()).build();
  }

  private LeaderElectionSettings settings(String identity, Duration duration) {
    return new LeaderElectionSettings(
        "default", lease, identity, duration, duration.multipliedBy(2).dividedBy(3), RETRY);
  }

  private LeaderElection begin(Config connection, String identity, Duration duration) {
    return begin(connection, identity, duration, leadership -> new CountDownLatch(1).await());
  }

  private LeaderElection begin(
      Config connection, String identity, Duration duration, LeaderTask task) {
    var election =
        new LeaderElection(
            connection,
            settings(identity, duration),
            List.of(recorded(identity, task)),
            Ticker.SYSTEM);
    open.add(election);
    election.start();
    return election;
  }

  private LeaderTask recorded(String name, LeaderTask task) {
    return leadership -> {
      last.set(leadership);
      history.add(name + " begins");
      mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
      try {
        task.lead(leadership);
      } finally {
        running.decrementAndGet();
        history.add(name + " ends");
      }
    };
  }

  private static ConditionFactory eventually() {
    return await()
        .dontCatchUncaughtExceptions()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(10));
  }

  private void write(KubernetesClient client, String name) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }

  private boolean exists(String name) {
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(direct()).build()) {
      return client.configMaps().inNamespace("default").withName(name).get() != null;
    }
  }

  @Test
  void oneLeadsAndWhenItStopsTheOtherTakesOverWithoutWaitingForTheLeaseToExpire() {
    LeaderElection a = begin(direct(), "a", FOREVER);
    eventually().until(a::leading);
    LeaderElection b = begin(direct(), "b", FOREVER);
    eventually().until(() -> b.problem().isEmpty());
    assertThat(b.leading()).isFalse();

    a.close();

    eventually().until(b::leading);
    assertThat(a.leading()).isFalse();
    eventually().until(() -> history.equals(List.of("a begins", "a ends", "b begins")));
    assertThat(List.of(a.terms(), b.terms())).containsExactly(1L, 1L);
  }

  @Test
  void leaderThatIsCutOffStopsBeforeAnotherTakesOver() {
    LeaderElection a = begin(relayed(), "a", Duration.ofSeconds(3));
    eventually().until(a::leading);
    LeaderElection b = begin(direct(), "b", Duration.ofSeconds(3));
    eventually().until(() -> b.problem().isEmpty());

    relay.freeze();

    eventually().until(() -> b.leading() && history.get(history.size() - 1).equals("b begins"));
    assertThat(mostAtOnce).hasValue(1);
  }

  @Test
  void leaderWritesWhileItLeads() {
    begin(
        direct(),
        "a",
        FOREVER,
        leadership -> {
          write(leadership.client(), "written");
          new CountDownLatch(1).await();
        });

    eventually().until(() -> exists("written"));
  }

  /** Its network is back, and it was not even told that it leads no longer. */
  @Test
  void leaderThatCouldNotRenewWritesNothingMore() {
    var refused = new AtomicReference<Throwable>();
    LeaderElection a =
        begin(
            relayed(),
            "a",
            Duration.ofSeconds(3),
            leadership -> {
              relay.refuse(true);
              relay.cut();
              while (leadership.held()) {
                Thread.onSpinWait();
              }
              Thread.interrupted();
              relay.refuse(false);
              refused.compareAndSet(
                  null, catchThrowable(() -> write(leadership.client(), "written")));
            });

    eventually().until(() -> refused.get() != null);
    assertThat(refused.get())
        .isInstanceOf(NotLeaderException.class)
        .hasMessage(
            "POST /api/v1/namespaces/default/configmaps: not sent, as another replica may lead by"
                + " now");
    a.close();
    assertThat(exists("written")).isFalse();
  }

  @Test
  void leaderWhoseLeaseSomebodyTookStops() {
    LeaderElection a = begin(direct(), "a", FOREVER);
    eventually().until(a::leading);

    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(direct()).build()) {
      client
          .leases()
          .inNamespace("default")
          .withName(lease)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"holderIdentity\":\"somebody\"}}");
    }

    eventually().until(() -> history.equals(List.of("a begins", "a ends")));
    assertThat(last.get().held()).isFalse();
    assertThat(a.leading()).isFalse();
  }

  @Test
  void replicaWhoseTaskFailsLetsAnotherLead() {
    var calls = new AtomicInteger();
    LeaderElection a =
        begin(
            direct(),
            "a",
            FOREVER,
            leadership -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("out of order");
              }
              new CountDownLatch(1).await();
            });

    eventually().until(() -> a.leading() && a.terms() == 2);
    eventually().until(() -> history.equals(List.of("a begins", "a ends", "a begins")));
  }

  /** Also when the one that ends takes its interruption for a failure. */
  @Test
  void replacedTaskEndsBeforeTheOtherBeginsInTheSameTerm() throws Exception {
    LeaderElection a =
        begin(
            direct(),
            "a",
            FOREVER,
            leadership -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    eventually().until(() -> history.contains("a begins"));
    Leadership before = last.get();

    a.replace(List.of(recorded("other", leadership -> new CountDownLatch(1).await())));

    assertThat(history).startsWith("a begins", "a ends");
    eventually().until(() -> history.equals(List.of("a begins", "a ends", "other begins")));
    assertThat(a.leading()).isTrue();
    assertThat(a.terms()).isOne();
    assertThat(before.held()).isFalse();
    assertThat(last.get().held()).isTrue();
  }

  @Test
  void replicaThatDoesNotLeadYetBeginsWithTheTasksThatItWasGivenLast() throws Exception {
    LeaderElection a = begin(direct(), "a", FOREVER);
    eventually().until(a::leading);
    LeaderElection b = begin(direct(), "b", FOREVER);
    eventually().until(() -> b.problem().isEmpty());

    b.replace(List.of(recorded("other", leadership -> new CountDownLatch(1).await())));
    a.close();

    eventually().until(() -> history.equals(List.of("a begins", "a ends", "other begins")));
  }

  @Test
  void taskThatReturnsHasNothingMoreToDo() throws Exception {
    LeaderElection a = begin(direct(), "a", FOREVER, leadership -> {});

    eventually().until(() -> history.contains("a ends"));
    assertThat(a.leading()).isTrue();
    a.close();
    assertThat(history).containsExactly("a begins", "a ends");
  }

  @Test
  void leaseOfOneThatStoppedHasNoHolder() {
    LeaderElection a = begin(direct(), "a", FOREVER);
    eventually().until(a::leading);

    a.close();

    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(direct()).build()) {
      assertThat(
              client
                  .leases()
                  .inNamespace("default")
                  .withName(lease)
                  .get()
                  .getSpec()
                  .getHolderIdentity())
          .isNullOrEmpty();
    }
  }

  @Test
  void electionThatIsNotWonYetCanBeClosed() {
    LeaderElection a = begin(direct(), "a", FOREVER);
    eventually().until(a::leading);
    LeaderElection b = begin(direct(), "b", FOREVER);

    b.close();

    assertThat(b.terms()).isZero();
    assertThat(a.leading()).isTrue();
  }

  @Test
  void whatStandsInTheWayIsTold() {
    relay.refuse(true);
    LeaderElection a = begin(relayed(), "a", FOREVER);

    eventually().until(() -> a.problem().orElse("").startsWith("read LeaseLock: default"));
    relay.refuse(false);
    eventually().until(() -> a.problem().isEmpty() && a.leading());
  }
}
