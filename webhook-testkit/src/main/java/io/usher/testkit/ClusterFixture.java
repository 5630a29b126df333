package io.usher.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.Index;
import io.usher.cluster.Lister;
import io.usher.cluster.LiveRead;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.LiveQuestion;
import io.usher.view.ObjectPruner;
import io.usher.view.Snapshot;
import io.usher.view.ViewSpec;
import io.usher.webhook.declaration.KnownResource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a cluster that is not there: what rules read in a test.
 *
 * <pre>{@code
 * var cluster = ClusterFixture.of(
 *     """
 *     {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: checkout}}}
 *     """);
 * WebhookUnderTest.of(Labeling.class).with(cluster);         // as the server makes the class
 * new Labeling(cluster.lister(Namespace.class));             // or by its constructor
 * }</pre>
 *
 * <p>The listers are those of the server. In a {@link WebhookUnderTest} they prune to the declared
 * fields, so that a rule that looks at another field fails its test, too. Live reads are answered
 * from the same objects, and a proxy by what the test says. Immutable.
 */
public final class ClusterFixture {

  private final List<ObjectNode> objects;
  private final Duration age;

  /** By the path at which the API server is asked. */
  private final Map<String, String> proxied;

  private ClusterFixture(List<ObjectNode> objects, Duration age, Map<String, String> proxied) {
    this.objects = List.copyOf(objects);
    this.age = age;
    this.proxied = Map.copyOf(proxied);
  }

  /**
   * A cluster of these objects.
   *
   * @param manifests fabric8 models, custom resources, JSON trees, or YAML texts of one or several
   *     documents
   * @throws IllegalArgumentException when one of them has no {@code apiVersion}, {@code kind} or
   *     {@code metadata.name}
   */
  public static ClusterFixture of(Object... manifests) {
    var objects = new ArrayList<ObjectNode>();
    for (Object manifest : manifests) {
      if (manifest instanceof String yaml) {
        objects.addAll(Documents.parseAll("the given YAML", yaml));
      } else {
        objects.add(Documents.tree(manifest));
      }
    }
    for (ObjectNode object : objects) {
      for (String member : List.of("/apiVersion", "/kind", "/metadata/name")) {
        if (object.at(member).asText().isEmpty()) {
          throw new IllegalArgumentException(
              "an object of the cluster has no "
                  + member.substring(1).replace('/', '.')
                  + "; add it: "
                  + object);
        }
      }
    }
    return new ClusterFixture(objects, Duration.ZERO, Map.of());
  }

  /** The same cluster, whose views tell this age. */
  public ClusterFixture aged(Duration old) {
    return new ClusterFixture(objects, old, proxied);
  }

  /** The same cluster, in which a node's kubelet answers this. */
  public ClusterFixture nodeProxy(String node, String path, String answer) {
    return proxying("nodes/" + node, path, answer);
  }

  /** The same cluster, in which a Pod answers this; {@code NAME:PORT} is another than its name. */
  public ClusterFixture podProxy(String namespace, String pod, String path, String answer) {
    return proxying("namespaces/" + namespace + "/pods/" + pod, path, answer);
  }

  /** The same cluster, in which a Service answers this. */
  public ClusterFixture serviceProxy(String namespace, String service, String path, String answer) {
    return proxying("namespaces/" + namespace + "/services/" + service, path, answer);
  }

  private ClusterFixture proxying(String target, String path, String answer) {
    var more = new HashMap<>(proxied);
    more.put("api/v1/" + target + "/proxy/" + path, answer);
    return new ClusterFixture(objects, age, more);
  }

  /** The objects of a type, with all fields. */
  public <T> Lister<T> lister(Class<T> type) {
    return lister(type, List.of());
  }

  /** The objects of a type, with all fields, and found by this index. */
  public <T> Lister<T> lister(Class<T> type, Class<? extends Index<T>> index) {
    return lister(type, List.of(index));
  }

  @SuppressWarnings("unchecked") // the read is of this type
  private <T> Lister<T> lister(Class<T> type, List<Class<? extends Index<?>>> indexes) {
    String plural =
        type == GenericKubernetesResource.class
            ? "any"
            : Pluralize.toPlural(HasMetadata.getKind(type).toLowerCase(Locale.ROOT));
    var read =
        new Read(
            type, "", new GroupVersionResource("", "v1", plural), indexes, List.of(), OnStale.FAIL);
    return (Lister<T>) views(List.of(read)).now(read);
  }

  /** What rules with these reads see. */
  ClusterViews views(Collection<Read> reads) {
    Map<GroupVersionResource, Snapshot> snapshots = new HashMap<>();
    for (ViewSpec spec : ViewSpec.of(reads)) {
      Read read =
          reads.stream().filter(each -> each.resource().equals(spec.resource())).findFirst().get();
      var pruner = new ObjectPruner(spec.fields());
      snapshots.put(
          spec.resource(),
          Snapshot.of(
              spec,
              objects.stream()
                  .filter(object -> isOf(object, read.type(), read.resource()))
                  .map(pruner::prune)
                  .toList()));
    }
    return new ClusterViews() {
      @Override
      public Lister<?> now(Read read) {
        Snapshot snapshot = snapshots.get(read.resource());
        return snapshot == null ? NONE.now(read) : snapshot.lister(read, age);
      }

      @Override
      public byte @Nullable [] answer(LiveQuestion question, Deadline deadline) {
        return live(question);
      }
    };
  }

  private byte @Nullable [] live(LiveQuestion question) {
    String answer = proxied.get(question.path());
    if (answer != null) {
      return answer.getBytes(StandardCharsets.UTF_8);
    }
    LiveRead read = question.read();
    return question.answer(
        objects.stream().filter(object -> isOf(object, read.type(), read.resource())).toList());
  }

  private static boolean isOf(JsonNode object, Class<?> type, GroupVersionResource resource) {
    String apiVersion = object.get("apiVersion").asText();
    String kind = object.get("kind").asText();
    if (HasMetadata.class.isAssignableFrom(type) && type != GenericKubernetesResource.class) {
      return apiVersion.equals(HasMetadata.getApiVersion(type))
          && kind.equals(HasMetadata.getKind(type));
    }
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String version = apiVersion.substring(slash + 1);
    return group.equals(resource.group())
        && version.equals(resource.version())
        && (resource.resource().equals(Pluralize.toPlural(kind.toLowerCase(Locale.ROOT)))
            || resource.equals(
                KnownResource.of(new GroupVersionKind(group, version, kind), null, "").resource()));
  }
}
