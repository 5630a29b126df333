package io.usher.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random histories with broken watches and handlers that fail: at rest each handler has seen the
 * last state of each object, and never two calls at once for one.
 */
class HandlerHistoriesIT {

  private static final int CHANGES = 1_000;
  private static final int NAMES = 12;

  /** What each handler saw last of each object, and whether it ever saw what can't be. */
  @Webhook(name = "histories.example.com")
  static final class Histories {

    final Map<String, String> reconciled = new ConcurrentHashMap<>();
    final Map<String, Long> present = new ConcurrentHashMap<>();
    final Map<String, String> added = new ConcurrentHashMap<>();
    final Map<String, String> deleted = new ConcurrentHashMap<>();
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
      saw(map);
    }

    @OnDeleted(names = "map-*")
    void deleted(ConfigMap map) {
      failAtTimes();
      deleted.put(key(map), map.getMetadata().getUid());
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

  @Property(tries = 5)
  void eachHandlerSawTheLastStateOfEachObject(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    var histories = new Histories(new Random(seed));
    try (var cluster = new WatchedCluster()) {
      try (var leading = new LeadingReplica(cluster, HandlerObserver.NONE, histories)) {
        for (int i = 0; i < CHANGES; i++) {
          change(cluster, random);
          fault(cluster, random);
        }
        cluster.cut(false);
        cluster.forbid(false);
        await()
            .dontCatchUncaughtExceptions()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertSeen(cluster, histories));
        assertThat(histories.wrong).isEmpty();
      }
    }
  }

  private static void assertSeen(WatchedCluster cluster, Histories histories) {
    Map<String, String> served = own(cluster.served());
    assertThat(histories.reconciled).isEqualTo(served);
    served.forEach(
        (key, version) -> {
          assertThat(histories.present).containsEntry(key, Long.valueOf(version));
          assertThat(histories.added).containsEntry(key, uid(cluster, key));
        });
    var gone = new TreeMap<>(histories.added);
    gone.keySet().removeAll(served.keySet());
    assertThat(histories.deleted).containsAllEntriesOf(gone);
  }

  private static String uid(WatchedCluster cluster, String key) {
    String[] parts = key.split("/");
    return cluster.get(parts[0], parts[1]).path("metadata").path("uid").asText();
  }

  private static void change(WatchedCluster cluster, Random random) {
    String namespace = random.nextBoolean() ? "default" : "kube-public";
    String name = "map-" + random.nextInt(NAMES);
    boolean exists = cluster.served().containsKey(namespace + "/" + name);
    if (!exists) {
      cluster.create(namespace, name, "x");
    } else if (random.nextInt(3) == 0) {
      cluster.delete(namespace, name);
    } else {
      cluster.update(namespace, name, "y" + random.nextInt(1_000));
    }
  }

  private static void fault(WatchedCluster cluster, Random random) {
    switch (random.nextInt(60)) {
      case 0, 1 -> cluster.cut(false);
      case 2 -> cluster.cut(true);
      case 3, 4 -> cluster.cut(false);
      case 5 -> cluster.compact();
      case 6 -> {
        cluster.forbid(true);
        cluster.cut(false);
      }
      case 7, 8 -> cluster.forbid(false);
      default -> {}
    }
  }

  /** Without what the API server's own controllers make. */
  private static Map<String, String> own(Map<String, String> all) {
    var own = new TreeMap<>(all);
    own.keySet().removeIf(name -> !name.contains("/map-"));
    return own;
  }
}
