package io.usher.webhook;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.cluster.Index;
import io.usher.cluster.OnStale;
import io.usher.webhook.declaration.ReadDescription;
import io.usher.webhook.declaration.ReadDescription.IndexDescription;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rules of a {@link WebhookBuilder} read of the cluster; its methods are the attributes of
 * {@code @Reads}. Used by one thread, for one read.
 *
 * @param <T> the type of the objects
 */
public final class ReadTarget<T> {

  private final Class<T> type;
  private final String resource;
  private final List<IndexDescription> indexes = new ArrayList<>();
  private List<String> fields = List.of();
  private OnStale onStale = OnStale.FAIL;

  private ReadTarget(Class<T> type, String resource) {
    this.type = type;
    this.resource = resource;
  }

  /** Objects of this type, and of the resource that it tells. */
  public static <T> ReadTarget<T> of(Class<T> type) {
    return new ReadTarget<>(type, "");
  }

  /** Objects of this resource: {@code crontabs.v1.stable.example.com}. */
  public static ReadTarget<GenericKubernetesResource> of(String resource) {
    return new ReadTarget<>(GenericKubernetesResource.class, resource);
  }

  /** One more index by which objects are found. */
  public ReadTarget<T> index(Class<? extends Index<T>> index) {
    indexes.add(ReflectedClass.index(index));
    return this;
  }

  /** What to keep of an object: {@code spec.rules}; everything unless given. */
  public ReadTarget<T> fields(String... fields) {
    this.fields = List.of(fields);
    return this;
  }

  /** What becomes of a rule when the view is too old. */
  public ReadTarget<T> onStale(OnStale onStale) {
    this.onStale = onStale;
    return this;
  }

  ReadDescription description() {
    return new ReadDescription(
        type, ReflectedClass.describeType(type), resource, indexes, fields, onStale);
  }
}
