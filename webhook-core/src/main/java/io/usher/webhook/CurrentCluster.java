package io.usher.webhook;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.Index;
import io.usher.cluster.Lister;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What constructors of rule classes get: each call is answered by what the rule or handler sees
 * that runs on the calling thread, so that a rule sees one moment by whatever way it reads.
 */
final class CurrentCluster implements ClusterReader {

  private final ThreadLocal<@Nullable ClusterReader> running = new ThreadLocal<>();

  /**
   * A call that sees this runs on this thread from now on.
   *
   * @param cluster null for none
   * @return what ran before, for when the call is over
   */
  @Nullable ClusterReader enter(@Nullable ClusterReader cluster) {
    ClusterReader before = running.get();
    if (cluster == null) {
      running.remove();
    } else {
      running.set(cluster);
    }
    return before;
  }

  @Override
  public <T> Lister<T> lister(Class<T> type) {
    return new Delegate<>(cluster -> cluster.lister(type));
  }

  @Override
  public Lister<GenericKubernetesResource> lister(String resource) {
    return new Delegate<>(cluster -> cluster.lister(resource));
  }

  private final class Delegate<T> implements Lister<T> {

    private final Function<ClusterReader, Lister<T>> find;

    Delegate(Function<ClusterReader, Lister<T>> find) {
      this.find = find;
    }

    private Lister<T> now() {
      ClusterReader cluster = running.get();
      if (cluster == null) {
        throw new IllegalStateException(
            "no rule of the class runs on this thread: the cluster is read while a rule runs, and"
                + " neither by a constructor nor by a thread of one's own");
      }
      return find.apply(cluster);
    }

    @Override
    public Optional<T> get(String namespace, String name) {
      return now().get(namespace, name);
    }

    @Override
    public List<T> list() {
      return now().list();
    }

    @Override
    public List<T> list(String labels) {
      return now().list(labels);
    }

    @Override
    public List<T> inNamespace(String namespace) {
      return now().inNamespace(namespace);
    }

    @Override
    public List<T> inNamespace(String namespace, String labels) {
      return now().inNamespace(namespace, labels);
    }

    @Override
    public List<T> byIndex(Class<? extends Index<T>> index, String key) {
      return now().byIndex(index, key);
    }

    @Override
    public Duration age() {
      return now().age();
    }
  }
}
