package io.usher.listwatch;

import static io.usher.listwatch.WatchedCluster.read;
import static io.usher.listwatch.WatchedCluster.viewed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random histories with faults of all kinds: at rest a view is what the API server has, and all
 * that it ever showed was so at the API server, in that order.
 */
class ListWatchHistoriesIT {

  private static final int CHANGES = 1_000;
  private static final int NAMES = 12;
  private static final int SAMPLE_NANOS = 200_000;

  private final List<Map<String, String>> history = new ArrayList<>();
  private final List<Map<String, String>> shown = new ArrayList<>();
  private volatile boolean done;

  @Property(tries = 10)
  void everythingThatAViewShowsWasSo(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    history.clear();
    shown.clear();
    done = false;
    try (var cluster = new WatchedCluster();
        var views = cluster.listWatch.follow(List.of(read()), Duration.ofDays(1))) {
      history.add(own(cluster.served()));
      Future<?> watching = cluster.executor.submit(() -> watch(views));
      for (int i = 0; i < CHANGES; i++) {
        change(cluster, random);
        history.add(own(cluster.served()));
        fault(cluster, random);
      }
      cluster.relay.refuse(false);
      cluster.forbid(false);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> views.unsynced().isEmpty() && viewed(views, read()).equals(cluster.served()));
      done = true;
      watching.get();
    }
    assertShownInOrder();
  }

  private static void change(WatchedCluster cluster, Random random) {
    String namespace = random.nextBoolean() ? "default" : "kube-public";
    String name = "map-" + random.nextInt(NAMES);
    boolean exists = cluster.served().containsKey(namespace + "/" + name);
    if (!exists) {
      cluster.create(namespace, name, "x".repeat(random.nextInt(2_000)));
    } else if (random.nextInt(3) == 0) {
      cluster.delete(namespace, name);
    } else {
      cluster.update(namespace, name, "y".repeat(random.nextInt(2_000)));
    }
  }

  private static void fault(WatchedCluster cluster, Random random) {
    switch (random.nextInt(60)) {
      case 0, 1 -> cluster.relay.cut();
      case 2 -> cluster.relay.refuse(true);
      case 3, 4 -> cluster.relay.refuse(false);
      case 5 -> cluster.storage.compact(cluster.storage.version());
      case 6 -> {
        cluster.forbid(true);
        cluster.relay.cut();
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

  private void watch(ResourceViews views) {
    while (!done) {
      if (views.unsynced().isEmpty()) {
        Map<String, String> now = own(viewed(views, read()));
        if (shown.isEmpty() || !shown.get(shown.size() - 1).equals(now)) {
          shown.add(now);
        }
      }
      LockSupport.parkNanos(SAMPLE_NANOS);
    }
  }

  private void assertShownInOrder() {
    int at = 0;
    for (Map<String, String> each : shown) {
      int found = at;
      while (found < history.size() && !history.get(found).equals(each)) {
        found++;
      }
      assertThat(found).as("%s was not so after change %s", each, at).isLessThan(history.size());
      at = found;
    }
    assertThat(shown).isNotEmpty();
  }
}
