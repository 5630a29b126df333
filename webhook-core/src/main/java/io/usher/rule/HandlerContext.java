package io.usher.rule;

import io.usher.cluster.ClusterReader;
import java.time.Duration;
import java.util.Optional;

/**
 * One call of one handler. Used by the thread that the handler was called on, until the handler
 * returns.
 */
public interface HandlerContext {

  /** The object's namespace, empty where the type's objects don't live in namespaces. */
  String namespace();

  /** The object's name. */
  String name();

  /**
   * The object, in a copy of this call's own; empty when it is gone. On {@link Trigger#DELETED} it
   * is the last state of it.
   *
   * @param type {@code ObjectNode} or {@code JsonNode}, {@code GenericKubernetesResource}, a
   *     fabric8 model, a {@code CustomResource}
   * @throws ObjectDecodingException when the object does not fit the type
   */
  <T> Optional<T> object(Class<T> type);

  /**
   * The object as the handler saw it last, in a copy of this call's own; empty but on {@link
   * Trigger#UPDATED}.
   *
   * @throws ObjectDecodingException when the object does not fit the type
   */
  <T> Optional<T> oldObject(Class<T> type);

  /** How often this was tried before and failed. */
  int failures();

  /** What the handler's class declares to read of the cluster, and the handler's own objects. */
  ClusterReader cluster();

  /** How much of this call's budget is left; zero when it has passed. */
  Duration remaining();
}
