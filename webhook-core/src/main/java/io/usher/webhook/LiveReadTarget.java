package io.usher.webhook;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.webhook.declaration.LiveReadDescription;

/**
 * What the rules of a {@link WebhookBuilder} ask the API server itself; its methods are the
 * attributes of {@code @ReadsLive}. Used by one thread, for one read.
 */
public final class LiveReadTarget {

  private final Class<?> type;
  private final String resource;
  private boolean list;
  private int cacheSeconds;

  private LiveReadTarget(Class<?> type, String resource) {
    this.type = type;
    this.resource = resource;
  }

  /** Objects of this type, and of the resource that it tells. */
  public static LiveReadTarget of(Class<?> type) {
    return new LiveReadTarget(type, "");
  }

  /** Objects of this resource, {@code crontabs.v1.stable.example.com}; or {@code nodes/proxy}. */
  public static LiveReadTarget of(String resource) {
    return new LiveReadTarget(GenericKubernetesResource.class, resource);
  }

  /** The rules list objects, too. */
  public LiveReadTarget list() {
    list = true;
    return this;
  }

  /** For how many seconds an answer is given again, 0 to 3600; 0 unless stated. */
  public LiveReadTarget cacheSeconds(int seconds) {
    cacheSeconds = seconds;
    return this;
  }

  LiveReadDescription description() {
    return new LiveReadDescription(
        type, ReflectedClass.describeType(type), resource, list, cacheSeconds);
  }
}
