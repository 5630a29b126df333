package io.usher.initializer;

import io.usher.admission.GroupVersionResource;

/** Follows a pass over all objects. Called by the thread that makes the pass. */
public interface PassListener {

  /** An object was looked at. */
  default void planned(Plan plan) {}

  /**
   * It is known what came of an object; not called in a pass that only plans.
   *
   * @return whether to go on
   */
  default boolean done(Result result) {
    return true;
  }

  /** All before this position is done. */
  default void reached(Position position) {}

  /** The API server has no such resource. */
  default void unserved(GroupVersionResource resource) {}
}
