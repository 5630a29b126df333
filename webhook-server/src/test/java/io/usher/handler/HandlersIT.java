package io.usher.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.usher.cluster.Lister;
import io.usher.listwatch.WatchedCluster;
import io.usher.observe.HandlerIdentity;
import io.usher.observe.HandlerObserver;
import io.usher.rule.HandlerContext;
import io.usher.rule.OldObject;
import io.usher.rule.OnAdded;
import io.usher.rule.OnDeleted;
import io.usher.rule.OnUpdated;
import io.usher.rule.Outcome;
import io.usher.rule.Reconciling;
import io.usher.rule.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Handlers that run against an API server. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class HandlersIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private List<String> calls = List.of();
  private final Counting observer = new Counting();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(CallResults.class);
  private WatchedCluster cluster;
  private LeadingReplica replica;

  /** What an observer learns, as numbers. */
  private static final class Counting implements HandlerObserver.Some {
    final AtomicInteger failures = new AtomicInteger();
    final List<String> givenUp = new CopyOnWriteArrayList<>();
    final AtomicInteger conflicts = new AtomicInteger();
    final AtomicInteger patches = new AtomicInteger();
    final AtomicInteger events = new AtomicInteger();
    final AtomicInteger dropped = new AtomicInteger();
    final AtomicInteger hung = new AtomicInteger();
    final List<Boolean> circuit = new CopyOnWriteArrayList<>();

    @Override
    public void failed(HandlerIdentity handler, String object, Throwable cause) {
      failures.incrementAndGet();
    }

    @Override
    public void gaveUp(HandlerIdentity handler, String object) {
      givenUp.add(object);
    }

    @Override
    public void conflicted(HandlerIdentity handler) {
      conflicts.incrementAndGet();
    }

    @Override
    public void patched(HandlerIdentity handler) {
      patches.incrementAndGet();
    }

    @Override
    public void eventWritten(HandlerIdentity handler) {
      events.incrementAndGet();
    }

    @Override
    public void eventDropped(HandlerIdentity handler) {
      dropped.incrementAndGet();
    }

    @Override
    public void hung(HandlerIdentity handler, int hungThreads, Thread thread) {
      hung.set(hungThreads);
    }

    @Override
    public void released(HandlerIdentity handler, int hungThreads) {
      hung.set(hungThreads);
    }

    @Override
    public void circuitChanged(HandlerIdentity handler, boolean open) {
      circuit.add(open);
    }
  }

  @BeforeEach
  void start() throws Exception {
    cluster = new WatchedCluster();
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void stop() throws Exception {
    log.detachAppender(lines);
    if (replica != null) {
      replica.close();
    }
    cluster.close();
  }

  private void lead(Noting rules) {
    calls = rules.calls;
    replica = new LeadingReplica(cluster, observer, rules);
  }

  /** Handlers that note how they are called. */
  private abstract static class Noting {
    final List<String> calls = new CopyOnWriteArrayList<>();
  }

  private static ConditionFactory eventually() {
    return await()
        .dontCatchUncaughtExceptions()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(10));
  }

  private void awaitCalls(String... expected) {
    eventually().untilAsserted(() -> assertThat(calls).containsExactly(expected));
  }

  private JsonNode labels(String name) {
    return cluster.get("default", name).path("metadata").path("labels");
  }

  private static String value(ConfigMap map) {
    return map.getMetadata().getName() + "=" + map.getData().get("value");
  }

  /** Names each call. */
  @Webhook(name = "told.example.com")
  static final class Told extends Noting {
    @OnAdded(namespaces = "def*", names = "map-*")
    void added(ConfigMap map) {
      calls.add("added " + value(map));
    }

    @OnUpdated(namespaces = "def*", names = "map-*")
    void updated(@OldObject ConfigMap old, ConfigMap map) {
      calls.add("updated " + value(old) + " " + value(map));
    }

    @OnDeleted(namespaces = "def*", names = "map-*")
    void deleted(ConfigMap map) {
      calls.add("deleted " + value(map));
    }
  }

  @Test
  void changesAreToldInOrderAndWhatWasThereIsAdded() {
    cluster.create("default", "map-a", "1");
    cluster.create("default", "other", "1");
    cluster.create("kube-public", "map-b", "1");
    lead(new Told());
    awaitCalls("added map-a=1");

    cluster.update("default", "map-a", "2");
    awaitCalls("added map-a=1", "updated map-a=1 map-a=2");

    cluster.create("default", "map-c", "1");
    eventually().until(() -> calls.size() == 3);
    cluster.delete("default", "map-a");
    awaitCalls("added map-a=1", "updated map-a=1 map-a=2", "added map-c=1", "deleted map-a=2");
  }

  @Test
  void theNextLeaderBeginsAgain() throws Exception {
    cluster.create("default", "map-a", "1");
    var told = new Told();
    lead(told);
    awaitCalls("added map-a=1");
    replica.close();
    cluster.update("default", "map-a", "2");

    lead(told);
    awaitCalls("added map-a=1", "added map-a=2");
  }

  @Webhook(name = "selected.example.com")
  static final class Selected extends Noting {
    @OnAdded(labels = "tier=web")
    void added(ConfigMap map) {
      calls.add("added " + map.getMetadata().getName());
    }

    @OnDeleted(labels = "tier=web")
    void deleted(ConfigMap map) {
      calls.add("deleted " + map.getMetadata().getName());
    }
  }

  @Test
  void whatBeginsToMatchIsAddedAndWhatCeasesToIsDeleted() {
    cluster.create("default", "map-a", "1");
    lead(new Selected());
    try (var client = cluster.client()) {
      var map = client.configMaps().inNamespace("default").withName("map-a");
      map.edit(each -> each.edit().editMetadata().addToLabels("tier", "web").endMetadata().build());
      awaitCalls("added map-a");
      map.edit(each -> each.edit().editMetadata().removeFromLabels("tier").endMetadata().build());
      awaitCalls("added map-a", "deleted map-a");
    }
  }

  @Webhook(name = "reconciled.example.com")
  static final class Reconciled extends Noting {
    @Reconciling(value = ConfigMap.class, namespaces = "default", names = "map-*")
    void reconcile(Optional<ConfigMap> map, Lister<ConfigMap> all, HandlerContext context) {
      calls.add(
          context.name()
              + " "
              + map.map(HandlersIT::value).orElse("gone")
              + " "
              + all.inNamespace("default").stream()
                  .filter(each -> each.getMetadata().getName().startsWith("map-"))
                  .count());
    }
  }

  @Test
  void reconcilingSeesTheObjectOrItsAbsence() {
    cluster.create("default", "map-a", "1");
    lead(new Reconciled());
    awaitCalls("map-a map-a=1 1");
    cluster.delete("default", "map-a");
    awaitCalls("map-a map-a=1 1", "map-a gone 0");
  }

  /** Labels what came before. */
  @Webhook(name = "labelled.example.com")
  static final class Labelled extends Noting {
    final CountDownLatch begin = new CountDownLatch(1);

    @Reconciling(value = ConfigMap.class, namespaces = "default", names = "map-*")
    ConfigMap label(ConfigMap map) throws InterruptedException {
      calls.add(value(map));
      begin.await();
      map.getMetadata().getLabels().put("team", "shop");
      return map;
    }
  }

  @Test
  void aDesiredObjectIsPatchedOnceAndTheRestStays() {
    cluster.create("default", "map-a", "1");
    var labelled = new Labelled();
    labelled.begin.countDown();
    lead(labelled);

    eventually()
        .untilAsserted(() -> assertThat(labels("map-a")).hasToString("{\"team\":\"shop\"}"));
    eventually().until(() -> calls.size() == 2);
    assertThat(observer.patches).hasValue(1);
    assertThat(cluster.get("default", "map-a").path("data")).hasToString("{\"value\":\"1\"}");
  }

  @Test
  void anObjectThatHasChangedMeanwhileIsReadAgain() {
    cluster.create("default", "map-a", "1");
    var labelled = new Labelled();
    lead(labelled);
    awaitCalls("map-a=1");
    cluster.update("default", "map-a", "2");
    labelled.begin.countDown();

    eventually()
        .untilAsserted(() -> assertThat(labels("map-a")).hasToString("{\"team\":\"shop\"}"));
    assertThat(observer.conflicts.get()).isPositive();
    assertThat(observer.failures).hasValue(0);
    assertThat(cluster.get("default", "map-a").path("data")).hasToString("{\"value\":\"2\"}");
  }

  @Test
  void anObjectThatIsGoneMeanwhileIsDropped() {
    cluster.create("default", "map-a", "1");
    var labelled = new Labelled();
    lead(labelled);
    awaitCalls("map-a=1");
    cluster.delete("default", "map-a");
    labelled.begin.countDown();
    cluster.create("default", "map-b", "1");

    eventually()
        .untilAsserted(() -> assertThat(labels("map-b")).hasToString("{\"team\":\"shop\"}"));
    eventually().until(() -> replica.handlers.states().get(0).waiting() == 0);
    assertThat(observer.failures).hasValue(0);
  }

  /** Throws until the third time. */
  @Webhook(name = "failing.example.com")
  static final class Failing extends Noting {
    @OnAdded(names = "map-*")
    void fail(ConfigMap map, HandlerContext context) {
      calls.add("failures " + context.failures());
      if (context.failures() < 3) {
        throw new IllegalStateException("not yet");
      }
    }
  }

  @Test
  void aFailureIsToldOnceAndTriedAgain() {
    cluster.create("default", "map-a", "1");
    lead(new Failing());
    awaitCalls("failures 0", "failures 1", "failures 2", "failures 3");
    eventually().until(() -> replica.handlers.states().get(0).waiting() == 0);

    assertThat(observer.failures).hasValue(3);
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage())
                  .isEqualTo(
                      "handler HandlersIT.Failing.fail fails for configmaps default/map-a, and is"
                          + " called again");
              assertThat(line.getThrowableProxy().getMessage()).isEqualTo("not yet");
            });
  }

  /** Always throws. */
  @Webhook(name = "hopeless.example.com")
  static final class Hopeless extends Noting {
    @OnAdded(names = "map-*")
    void fail(ConfigMap map) {
      throw new IllegalStateException("never");
    }
  }

  @Test
  void aChangeThatIsToldOnceIsGivenUpInTheEnd() {
    cluster.create("default", "map-a", "1");
    lead(new Hopeless());

    eventually().until(() -> observer.failures.get() == LeadingReplica.QUICK.maxTries());
    eventually().until(() -> replica.handlers.states().get(0).waiting() == 0);
    assertThat(observer.givenUp).containsExactly("configmaps default/map-a");
    assertThat(lines.list.get(lines.list.size() - 1).getFormattedMessage())
        .isEqualTo(
            "handler HandlersIT.Hopeless.fail failed 15 times for configmaps default/map-a, and is"
                + " not called for this any more");
  }

  /** Hangs for maps that are called so, however it is interrupted. */
  @Webhook(name = "hanging.example.com")
  static final class Hanging extends Noting {
    final CountDownLatch release = new CountDownLatch(1);
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();

    @Reconciling(
        value = ConfigMap.class,
        namespaces = "default",
        names = "map-*",
        timeoutSeconds = 1)
    void hang(ConfigMap map) {
      String name = map.getMetadata().getName();
      if (name.equals("map-hangs")) {
        mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
      }
      if (name.startsWith("map-hangs")) {
        awaitWhatever(release);
      }
      if (name.equals("map-hangs")) {
        running.decrementAndGet();
      }
      calls.add(name);
    }
  }

  private static void awaitWhatever(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // What a rule must not do.
      }
    }
  }

  @Test
  void aCallThatTakesTooLongHoldsUpNoOtherObjectAndItsOwnWaits() {
    cluster.create("default", "map-hangs", "1");
    var hanging = new Hanging();
    lead(hanging);
    cluster.create("default", "map-z", "1");
    cluster.update("default", "map-hangs", "2");
    awaitCalls("map-z");
    assertThat(observer.failures).hasValue(1);
    assertThat(observer.hung).hasValue(1);

    hanging.release.countDown();
    awaitCalls("map-z", "map-hangs", "map-hangs");
    assertThat(hanging.mostAtOnce).hasValue(1);
    assertThat(observer.hung).hasValue(0);
  }

  @Test
  void aHandlerWhoseThreadsHangIsNotCalledUntilTheyAreBack() {
    cluster.create("default", "map-hangs-1", "1");
    cluster.create("default", "map-hangs-2", "1");
    var hanging = new Hanging();
    lead(hanging);
    eventually().until(() -> observer.hung.get() == 2);
    cluster.create("default", "map-z", "1");
    eventually().until(() -> observer.circuit.equals(List.of(true)));
    assertThat(calls).isEmpty();

    hanging.release.countDown();
    eventually().untilAsserted(() -> assertThat(calls).contains("map-z"));
    assertThat(observer.circuit).isEqualTo(List.of(true, false));
  }

  @Test
  void aCircuitThatIsOpenWhenTheReplicaLeadsNoLongerIsToldAsClosed() throws Exception {
    cluster.create("default", "map-hangs-1", "1");
    cluster.create("default", "map-hangs-2", "1");
    var hanging = new Hanging();
    lead(hanging);
    eventually().until(() -> observer.hung.get() == 2);
    cluster.create("default", "map-z", "1");
    eventually().until(() -> observer.circuit.equals(List.of(true)));

    var ended =
        new FutureTask<Void>(
            () -> {
              replica.close();
              return null;
            });
    new Thread(ended, "close").start();
    eventually().until(() -> observer.circuit.equals(List.of(true, false)));
    hanging.release.countDown();
    ended.get();
  }

  /** Notes that it was interrupted. */
  @Webhook(name = "interrupted.example.com")
  static final class Interrupted extends Noting {
    @Reconciling(value = ConfigMap.class, names = "map-*")
    ConfigMap wait(ConfigMap map) {
      calls.add("begins");
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        calls.add("interrupted " + Thread.currentThread().getName());
      }
      map.getMetadata().getLabels().put("team", "shop");
      return map;
    }
  }

  @Test
  void atItsEndARunningHandlerIsInterruptedAndWritesNothing() throws Exception {
    cluster.create("default", "map-a", "1");
    lead(new Interrupted());
    awaitCalls("begins");

    replica.close();

    assertThat(calls).containsExactly("begins", "interrupted handler");
    assertThat(labels("map-a").isMissingNode()).isTrue();
    assertThat(replica.handlers.states()).isEmpty();
    // An executor has ended a moment before the last of its threads has.
    eventually()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("handler")));
  }

  @Webhook(name = "again.example.com")
  static final class Again extends Noting {
    @Reconciling(value = ConfigMap.class, names = "map-*")
    Outcome again(ConfigMap map) {
      calls.add("called");
      return calls.size() < 3 ? Outcome.again(Duration.ofMillis(20)) : Outcome.done();
    }
  }

  @Test
  void aHandlerIsCalledAgainWhenItSaysSo() {
    cluster.create("default", "map-a", "1");
    lead(new Again());
    awaitCalls("called", "called", "called");
    eventually().until(() -> replica.handlers.states().get(0).waiting() == 0);
  }

  @Webhook(name = "events.example.com")
  static final class WithEvents extends Noting {
    @Reconciling(value = ConfigMap.class, names = "map-*")
    Outcome.Event warn(ConfigMap map) {
      return Outcome.warning("NoTeam", "the map has no team");
    }

    @OnDeleted(names = "map-*")
    Outcome.Event gone(ConfigMap map) {
      return Outcome.event("Released", "y".repeat(2_000));
    }
  }

  private JsonNode event(String reason) {
    try (var client = cluster.client()) {
      for (HasMetadata each :
          client.events().v1().events().inNamespace("default").list().getItems()) {
        ObjectNode event = JSON.valueToTree(each);
        if (event.path("reason").asText().equals(reason)) {
          return event;
        }
      }
    }
    return JSON.missingNode();
  }

  @Test
  void anEventIsWrittenOnce() {
    cluster.create("default", "map-a", "1");
    lead(new WithEvents());
    eventually().until(() -> observer.events.get() == 1);
    cluster.update("default", "map-a", "2");
    eventually().until(() -> observer.dropped.get() == 1);
    cluster.delete("default", "map-a");
    eventually().until(() -> observer.events.get() == 2);

    JsonNode warning = event("NoTeam");
    assertThat(warning.path("type").asText()).isEqualTo("Warning");
    assertThat(warning.path("note").asText()).isEqualTo("the map has no team");
    assertThat(warning.path("regarding").path("kind").asText()).isEqualTo("ConfigMap");
    assertThat(warning.path("regarding").path("name").asText()).isEqualTo("map-a");
    assertThat(warning.path("reportingController").asText()).isEqualTo("events.example.com/usher");
    assertThat(warning.path("reportingInstance").asText()).isEqualTo("replica-1");
    assertThat(event("Released").path("note").asText()).hasSize(1024).endsWith("y...");
    assertThat(observer.failures).hasValue(0);
  }

  /** Asks for what can't be. */
  @Webhook(name = "impossible.example.com")
  static final class Impossible extends Noting {
    @Reconciling(value = ConfigMap.class, names = "map-*")
    Outcome rename(Optional<ConfigMap> map) {
      map.ifPresent(each -> each.getMetadata().setName("other"));
      return Outcome.desired(map.orElseGet(ConfigMap::new));
    }
  }

  @Test
  void anotherObjectIsNotPatched() {
    cluster.create("default", "map-a", "1");
    lead(new Impossible());
    eventually().until(() -> !lines.list.isEmpty());
    assertThat(lines.list.get(0).getThrowableProxy().getMessage())
        .isEqualTo(
            "the desired object has /metadata/name as \"other\" and not \"map-a\"; return the"
                + " object that the handler was given, with its changes");

    cluster.delete("default", "map-a");
    eventually()
        .untilAsserted(
            () ->
                assertThat(lines.list)
                    .extracting(line -> line.getThrowableProxy().getMessage())
                    .contains(
                        "it returned a desired object, but the object is gone; return"
                            + " Outcome.done()"));
    assertThat(observer.patches).hasValue(0);
  }

  @Test
  void whatMayNotBeWrittenIsToldAndTriedAgain() {
    cluster.create("default", "map-a", "1");
    var labelled = new Labelled();
    lead(labelled);
    awaitCalls("map-a=1");
    cluster.forbid(true);
    labelled.begin.countDown();
    eventually().until(() -> observer.failures.get() > 1);
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.getThrowableProxy().getMessage())
                    .startsWith("PATCH api/v1/namespaces/default/configmaps/map-a: 403 "));

    cluster.forbid(false);
    eventually()
        .untilAsserted(() -> assertThat(labels("map-a")).hasToString("{\"team\":\"shop\"}"));
  }
}
