package io.usher.listwatch;

import static io.usher.listwatch.WatchedCluster.read;
import static io.usher.listwatch.WatchedCluster.viewed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.usher.admission.GroupVersionResource;
import io.usher.view.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/**
 * Random histories with faults of all kinds: at rest a view is what the API server has; all that it
 * ever showed was so at the API server, in that order; and who listens is told each step of it.
 */
class ListWatchHistoriesIT {

  private static final int SAMPLE_NANOS = 2_000_000;

  private final List<Map<String, String>> shown = new ArrayList<>();
  private volatile boolean done;

  /** What a listener was told of each object last, and what of it can't be. */
  private static final class Told implements ViewListener {

    private final Map<String, String> versions = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();

    @Override
    public synchronized void changed(
        GroupVersionResource resource, @Nullable StoredObject old, @Nullable StoredObject now) {
      String key = key(old == null ? now : old);
      String before = now == null ? versions.remove(key) : versions.put(key, version(now));
      // Of what is deleted the API server tells a last state, which has a version of its own.
      boolean follows = before == null ? old == null : old != null;
      boolean same = now == null || old == null || old.resourceVersion().equals(before);
      if (!follows || !same || now != null && old != null && !isLater(old, now)) {
        wrong.add("%s: told %s, then %s to %s".formatted(key, before, version(old), version(now)));
      }
    }

    synchronized Map<String, String> versions() {
      return own(versions);
    }

    private static String key(StoredObject object) {
      return object.namespace() + "/" + object.name();
    }

    private static String version(@Nullable StoredObject object) {
      return object == null ? "nothing" : object.resourceVersion();
    }

    private static boolean isLater(StoredObject old, StoredObject now) {
      return old.uid().equals(now.uid()) && number(now) > number(old);
    }

    private static long number(StoredObject object) {
      return Long.parseLong(object.resourceVersion());
    }
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void everythingThatAViewShowsWasSo(@ForAll long seed) throws Exception {
    shown.clear();
    done = false;
    var told = new Told();
    try (var cluster = WatchedCluster.restless();
        var views = cluster.listWatch.follow(List.of(read()), Duration.ofDays(1), told)) {
      var history = new RandomHistory(cluster, new Random(seed));
      Future<?> watching = cluster.executor.submit(() -> watch(views));
      history.run(
          () ->
              await()
                  .atMost(Duration.ofSeconds(60))
                  .untilAsserted(
                      () -> {
                        assertThat(views.unsynced()).isEmpty();
                        assertThat(viewed(views, read())).isEqualTo(cluster.served());
                        assertThat(own(viewed(views, read()))).isEqualTo(history.now());
                        assertThat(told.versions()).isEqualTo(history.now());
                      }));
      done = true;
      watching.get();
      assertThat(told.wrong).isEmpty();
      assertShownInOrder(history.moments());
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

  private void assertShownInOrder(List<Map<String, String>> moments) {
    int at = 0;
    for (Map<String, String> each : shown) {
      int found = at;
      while (found < moments.size() && !moments.get(found).equals(each)) {
        found++;
      }
      assertThat(found).as("%s was not so after change %s", each, at).isLessThan(moments.size());
      at = found;
    }
    assertThat(shown).hasSizeGreaterThanOrEqualTo(RandomHistory.RESTS);
  }
}
