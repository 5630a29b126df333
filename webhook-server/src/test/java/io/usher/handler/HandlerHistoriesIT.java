package io.usher.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.usher.listwatch.RandomHistory;
import io.usher.listwatch.WatchedCluster;
import io.usher.observe.HandlerObserver;
import io.usher.rule.HandlerContext;
import io.usher.rule.OldObject;
import io.usher.rule.OnAdded;
import io.usher.rule.OnDeleted;
import io.usher.rule.OnUpdated;
import io.usher.rule.Reconciling;
import io.usher.rule.Webhook;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Random histories with broken watches and handlers that fail: at rest each handler has seen the
 * last state of each object, and never two calls at once for one.
 */
class HandlerHistoriesIT {

  /** What each handler saw last of each object, and whether it ever saw what can't be. */
  @Webhook(name = "histories.example.com")
  static final class Histories {

    final Map<String, String> reconciled = new ConcurrentHashMap<>();
    final Map<String, Long> present = new ConcurrentHashMap<>();
    final Map<String, String> added = new ConcurrentHashMap<>();
    final Map<String, Long> deleted = new ConcurrentHashMap<>();
    final Set<String> running = ConcurrentHashMap.newKeySet();
    final Set<String> wrong = ConcurrentHashMap.newKeySet();
    private final Random random;

    Histories(Random random) {
      this.random = random;
    }

    Histories() {
      this(new Random(0));
    }

    @Reconciling(value = ConfigMap.class, names = "map-*")
    void reconcile(Optional<ConfigMap> map, HandlerContext context) {
      String key = context.namespace() + "/" + context.name();
      if (!running.add(key)) {
        wrong.add(key + " is reconciled twice at once");
      }
      try {
        failAtTimes();
        map.ifPresentOrElse(
            each -> reconciled.put(key, each.getMetadata().getResourceVersion()),
            () -> reconciled.remove(key));
      } finally {
        running.remove(key);
      }
    }

    @OnAdded(names = "map-*")
    void added(ConfigMap map) {
      failAtTimes();
      saw(map);
      added.put(key(map), map.getMetadata().getUid());
    }

    @OnUpdated(names = "map-*")
    void updated(@OldObject ConfigMap old, ConfigMap map) {
      failAtTimes();
      if (version(old) >= version(map)) {
        wrong.add(key(map) + " goes back in time");
      }
      if (!old.getMetadata().getUid().equals(map.getMetadata().getUid())) {
        wrong.add(key(map) + " is another one, and no later state of the old one");
      }
      saw(map);
    }

    @OnDeleted(names = "map-*")
    void deleted(ConfigMap map) {
      failAtTimes();
      deleted.put(key(map), version(map));
    }

    /** By the two handlers that see objects that are there. */
    private void saw(ConfigMap map) {
      present.merge(key(map), version(map), Math::max);
    }

    private void failAtTimes() {
      if (random.nextInt(20) == 0) {
        throw new IllegalStateException("at times");
      }
    }

    private static String key(ConfigMap map) {
      ObjectMeta metadata = map.getMetadata();
      return metadata.getNamespace() + "/" + metadata.getName();
    }

    private static long version(ConfigMap map) {
      return Long.parseLong(map.getMetadata().getResourceVersion());
    }
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void eachHandlerSawTheLastStateOfEachObject(@ForAll long seed) throws Exception {
    var histories = new Histories(new Random(seed));
    try (var cluster = WatchedCluster.restless();
        var leading = new LeadingReplica(cluster, HandlerObserver.NONE, histories)) {
      var history = new RandomHistory(cluster, new Random(seed));
      history.run(
          () ->
              await()
                  .dontCatchUncaughtExceptions()
                  .atMost(Duration.ofSeconds(60))
                  .untilAsserted(() -> assertSeen(cluster, history.now(), histories)));
      assertThat(histories.wrong).isEmpty();
    }
  }

  private static void assertSeen(
      WatchedCluster cluster, Map<String, String> served, Histories histories) {
    assertThat(histories.reconciled).isEqualTo(served);
    served.forEach(
        (key, version) -> {
          assertThat(histories.present).containsEntry(key, Long.valueOf(version));
          assertThat(histories.added).containsEntry(key, uid(cluster, key));
        });
    histories.present.forEach(
        (key, version) -> {
          if (!served.containsKey(key)) {
            assertThat(histories.deleted.get(key)).as(key).isGreaterThanOrEqualTo(version);
          }
        });
  }

  private static String uid(WatchedCluster cluster, String key) {
    String[] parts = key.split("/");
    return cluster.get(parts[0], parts[1]).path("metadata").path("uid").asText();
  }
}
