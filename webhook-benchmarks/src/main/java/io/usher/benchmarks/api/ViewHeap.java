package io.usher.benchmarks.api;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.admission.GroupVersionResource;
import io.usher.benchmarks.ViewOfPods;
import io.usher.cluster.FieldPath;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.engine.Ticker;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ListWatchSettings;
import io.usher.view.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A process that fills one view, and prints what heap lives before and with it, in bytes: of the
 * ConfigMaps of the API server of a kubeconfig, or without one of 100,000 Pods.
 */
final class ViewHeap {

  private static final Read CONFIG_MAPS =
      new Read(
          ConfigMap.class,
          "",
          new GroupVersionResource("", "v1", "configmaps"),
          List.of(),
          List.of(
              FieldPath.parse("metadata"),
              FieldPath.parse("data.team"),
              FieldPath.parse("data.owner")),
          OnStale.FAIL);

  private ViewHeap() {}

  /** Runs it: kubeconfig and count, or nothing. */
  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      ofPods();
    } else {
      ofConfigMaps(Path.of(args[0]), Integer.parseInt(args[1]));
    }
    System.exit(0);
  }

  private static void ofPods() throws IOException {
    long before = liveBytes();
    Snapshot snapshot = ViewOfPods.snapshot();
    print(before, liveBytes(), snapshot.size());
    Reference.reachabilityFence(snapshot);
  }

  private static void ofConfigMaps(Path kubeconfig, int count) throws Exception {
    var executor = Executors.newCachedThreadPool();
    var timer = Executors.newSingleThreadScheduledExecutor();
    try (var listWatch =
        ListWatch.open(kubeconfig, ListWatchSettings.DEFAULT, executor, timer, Ticker.SYSTEM)) {
      long before = liveBytes();
      var views = listWatch.follow(List.of(CONFIG_MAPS), Duration.ofMinutes(10));
      while (views.states().get(0).objects() < count) {
        Pacer.pause(TimeUnit.MILLISECONDS.toNanos(50));
      }
      print(before, liveBytes(), views.states().get(0).objects());
      views.close();
    }
  }

  private static void print(long before, long with, int objects) {
    System.out.println(before + " " + with + " " + objects);
  }

  private static long liveBytes() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
