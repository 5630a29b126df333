package io.usher.listwatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Random changes of ConfigMaps, with faults of all kinds between them: connections that break, die
 * silently, or can't be had; history that is forgotten; requests that are refused.
 */
public final class RandomHistory {

  /** At each there are no faults, and time to look. */
  public static final int RESTS = 5;

  private static final int CHANGES = 10_000;
  private static final int NAMES = 12;

  /** One fault begins or ends in so many changes. */
  private static final int QUIET = 40;

  private final WatchedCluster cluster;
  private final Random random;

  /** The versions by name, after each change. */
  private final List<Map<String, String>> moments = new ArrayList<>();

  /** Of a cluster without ConfigMaps whose names begin with {@code map-}. */
  public RandomHistory(WatchedCluster cluster, Random random) {
    this.cluster = cluster;
    this.random = random;
    moments.add(Map.of());
  }

  /** What is done when there are no faults. */
  @FunctionalInterface
  public interface Rest {
    /** Looks at what has come of it. */
    void look() throws Exception;
  }

  /** Makes all changes. */
  public void run(Rest rest) throws Exception {
    for (int i = 1; i <= CHANGES; i++) {
      moments.add(changed());
      if (random.nextInt(QUIET) == 0) {
        fault();
      }
      if (i % (CHANGES / RESTS) == 0) {
        heal();
        rest.look();
      }
    }
  }

  /** The versions of all that is there now, by name. */
  public Map<String, String> now() {
    return moments.get(moments.size() - 1);
  }

  /** The same after each change, the first before any. */
  List<Map<String, String>> moments() {
    return moments;
  }

  private Map<String, String> changed() {
    var versions = new TreeMap<>(now());
    String namespace = random.nextBoolean() ? "default" : "kube-public";
    String name = "map-" + random.nextInt(NAMES);
    String key = namespace + "/" + name;
    String value = "x".repeat(random.nextInt(1_000));
    if (!versions.containsKey(key)) {
      cluster.create(namespace, name, value);
    } else if (random.nextInt(3) == 0) {
      cluster.delete(namespace, name);
      versions.remove(key);
      return versions;
    } else {
      cluster.update(namespace, name, value);
    }
    versions.put(key, cluster.get(namespace, name).at("/metadata/resourceVersion").asText());
    return versions;
  }

  private void fault() {
    switch (random.nextInt(16)) {
      case 0, 1 -> cluster.cut(false);
      case 2 -> cluster.cut(true);
      case 3, 4 -> cluster.relay.refuse(false);
      case 5, 6 -> cluster.compact();
      case 7 -> {
        cluster.forbid(true);
        cluster.cut(false);
      }
      case 8, 9 -> cluster.forbid(false);
      case 10 -> {
        cluster.shed(true);
        cluster.cut(false);
      }
      case 11, 12 -> cluster.shed(false);
      case 13 -> cluster.relay.freeze();
      default -> cluster.relay.thaw();
    }
  }

  /** Connections that have died silently are left for those who hold them to find out. */
  private void heal() {
    cluster.relay.refuse(false);
    cluster.relay.thaw();
    cluster.forbid(false);
    cluster.shed(false);
  }
}
