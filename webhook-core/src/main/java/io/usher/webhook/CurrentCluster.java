package io.usher.webhook;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.Index;
import io.usher.cluster.Lister;
import io.usher.cluster.LiveReader;
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

  @Override
  public LiveReader live() {
    return new LiveDelegate();
  }

  private ClusterReader now() {
    ClusterReader cluster = running.get();
    if (cluster == null) {
      throw new IllegalStateException(
          "no rule of the class runs on this thread: the cluster is read while a rule runs, and"
              + " neither by a constructor nor by a thread of one's own");
    }
    return cluster;
  }

  private final class LiveDelegate implements LiveReader {

    @Override
    public <T> Optional<T> get(Class<T> type, String namespace, String name) {
      return now().live().get(type, namespace, name);
    }

    @Override
    public Optional<GenericKubernetesResource> get(String resource, String namespace, String name) {
      return now().live().get(resource, namespace, name);
    }

    @Override
    public <T> List<T> list(Class<T> type, String namespace, String labels) {
      return now().live().list(type, namespace, labels);
    }

    @Override
    public List<GenericKubernetesResource> list(String resource, String namespace, String labels) {
      return now().live().list(resource, namespace, labels);
    }

    @Override
    public String nodeProxy(String node, String path) {
      return now().live().nodeProxy(node, path);
    }

    @Override
    public String podProxy(String namespace, String pod, String path) {
      return now().live().podProxy(namespace, pod, path);
    }

    @Override
    public String serviceProxy(String namespace, String service, String path) {
      return now().live().serviceProxy(namespace, service, path);
    }
  }

  private final class Delegate<T> implements Lister<T> {

    private final Function<ClusterReader, Lister<T>> find;

    Delegate(Function<ClusterReader, Lister<T>> find) {
      this.find = find;
    }

    private Lister<T> lister() {
      return find.apply(now());
    }

    @Override
    public Optional<T> get(String namespace, String name) {
      return lister().get(namespace, name);
    }

    @Override
    public List<T> list() {
      return lister().list();
    }

    @Override
    public List<T> list(String labels) {
      return lister().list(labels);
    }

    @Override
    public List<T> inNamespace(String namespace) {
      return lister().inNamespace(namespace);
    }

    @Override
    public List<T> inNamespace(String namespace, String labels) {
      return lister().inNamespace(namespace, labels);
    }

    @Override
    public List<T> byIndex(Class<? extends Index<T>> index, String key) {
      return lister().byIndex(index, key);
    }

    @Override
    public Duration age() {
      return lister().age();
    }
  }
}
