package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's objects for its own parts: authorizers, admission plugins, controllers. Nothing is
 * authorized or admitted here. Objects are in the stored version and the caller's own copies.
 * Thread-safe.
 */
public interface ObjectStore {

  /**
   * An object, or null.
   *
   * @param namespace empty for a cluster-scoped type
   */
  @Nullable ObjectNode get(GroupResource resource, String namespace, String name);

  /**
   * Objects in the order of their keys.
   *
   * @param namespace only those of this namespace; empty for all
   */
  List<ObjectNode> list(GroupResource resource, String namespace);

  /**
   * Stores a new object; the server sets uid, creationTimestamp and resourceVersion.
   *
   * @return the object as stored
   * @throws ApiException 409 when there is one of that name
   */
  ObjectNode create(GroupResource resource, ObjectNode object);

  /**
   * Stores a changed object, status included.
   *
   * @param object with the resourceVersion that was read
   * @return the object as stored
   * @throws ApiException 404 when there is none, 409 when it has changed since
   */
  ObjectNode update(GroupResource resource, ObjectNode object);

  /**
   * Deletes an object as a client would: with finalizers it gets a deletionTimestamp.
   *
   * @throws ApiException 404 when there is none
   */
  void delete(GroupResource resource, String namespace, String name);

  /**
   * Deletes an object as a client would, if it is still as it was read.
   *
   * @param object with the resourceVersion that was read
   * @param propagation what becomes of its dependents: {@code Foreground}, {@code Background} or
   *     {@code Orphan}
   * @throws ApiException 404 when there is none, 409 when it has changed since
   */
  void delete(GroupResource resource, ObjectNode object, String propagation);

  /**
   * Tells of every object that is there before it returns, and then of every change, in order. The
   * listener is called by one thread at a time and must not wait.
   *
   * @return ends it
   */
  AutoCloseable watch(GroupResource resource, Consumer<ObjectEvent> listener);

  /**
   * A change of an object.
   *
   * @param type what happened
   * @param object the object after it; as it was before when it is deleted
   */
  record ObjectEvent(Type type, ObjectNode object) {

    /** What happened to the object. */
    public enum Type {
      ADDED,
      MODIFIED,
      DELETED
    }
  }
}
