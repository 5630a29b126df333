package io.usher.webhook;

import io.usher.rule.HandlerDefinition.Write;
import io.usher.rule.Outcome;
import io.usher.rule.Trigger;
import io.usher.webhook.declaration.HandlerTerms;
import io.usher.webhook.declaration.TypeDescription;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a handler of a {@link WebhookBuilder} is for; its methods are the attributes of
 * {@code @Reconciling}, {@code @OnAdded}, {@code @OnUpdated} and {@code @OnDeleted}, and what the
 * return type of a method says there. Used by one thread, for one handler.
 *
 * @param <T> the object's type: a fabric8 model, a {@code CustomResource}, {@code
 *     GenericKubernetesResource}, {@code ObjectNode}
 */
public final class HandlerTarget<T> {

  private static final int TIMEOUT_SECONDS = 10;

  private final Trigger trigger;
  private final Class<T> type;
  private final Set<Write> writes = EnumSet.noneOf(Write.class);
  private String resource = "";
  private List<String> namespaces = List.of();
  private List<String> names = List.of();
  private String labels = "";
  private int timeoutSeconds = TIMEOUT_SECONDS;

  private HandlerTarget(Trigger trigger, Class<T> type) {
    this.trigger = trigger;
    this.type = type;
  }

  /** Called until all is well with an object. */
  public static <T> HandlerTarget<T> reconciling(Class<T> type) {
    return new HandlerTarget<>(Trigger.CHANGED, type);
  }

  /** Called for each object that is there, or is added. */
  public static <T> HandlerTarget<T> onAdded(Class<T> type) {
    return new HandlerTarget<>(Trigger.ADDED, type);
  }

  /** Called for each object that has changed. */
  public static <T> HandlerTarget<T> onUpdated(Class<T> type) {
    return new HandlerTarget<>(Trigger.UPDATED, type);
  }

  /** Called with the last state of each object that is gone. */
  public static <T> HandlerTarget<T> onDeleted(Class<T> type) {
    return new HandlerTarget<>(Trigger.DELETED, type);
  }

  /** The resource, where the type does not tell it: {@code crontabs.v1.stable.example.com}. */
  public HandlerTarget<T> resource(String resource) {
    this.resource = resource;
    return this;
  }

  /** The namespaces, {@code *} stands for any characters. */
  public HandlerTarget<T> namespaces(String... namespaces) {
    this.namespaces = List.of(namespaces);
    return this;
  }

  /** The objects' names, {@code *} stands for any characters. */
  public HandlerTarget<T> names(String... names) {
    this.names = List.of(names);
    return this;
  }

  /** A label selector over the object in kubectl's syntax. */
  public HandlerTarget<T> labels(String labels) {
    this.labels = labels;
    return this;
  }

  /** How long a call may take, 1 to 600 s; 10 unless given. */
  public HandlerTarget<T> timeoutSeconds(int seconds) {
    timeoutSeconds = seconds;
    return this;
  }

  /** The handler may return {@link Outcome#desired}: the manifests grant {@code patch}. */
  public HandlerTarget<T> patches() {
    writes.add(Write.PATCH);
    return this;
  }

  /** The handler may return Events: the manifests grant that they are created. */
  public HandlerTarget<T> writesEvents() {
    writes.add(Write.EVENT);
    return this;
  }

  Class<T> type() {
    return type;
  }

  Set<Write> writes() {
    return writes;
  }

  HandlerTerms terms() {
    TypeDescription described = ReflectedClass.describeType(type);
    return new HandlerTerms(
        trigger,
        described.untyped() ? null : described,
        resource,
        namespaces,
        names,
        labels,
        timeoutSeconds);
  }
}
