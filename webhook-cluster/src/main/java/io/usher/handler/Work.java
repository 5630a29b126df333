package io.usher.handler;

import io.usher.view.StoredObject;
import org.jspecify.annotations.Nullable;

/** An object that a handler is to be called for. Guarded by its queue, but while it runs. */
final class Work {

  final ObjectKey key;

  /** What the handler was told last: what an update is from, or the last state of what is gone. */
  @Nullable StoredObject old;

  /** Whether the handler has done its work for the old object, and comes back by itself. */
  boolean handled;

  /** How often it failed since it last succeeded. */
  int failures;

  /** What was last said of it, so that it is said once. */
  String failure = "";

  /** When it is due, and its place among those that are due at the same time. */
  long dueNanos;

  long place;

  boolean running;

  /** Whether there was a change while it ran, and that change's old object. */
  boolean changed;

  @Nullable StoredObject changedOld;

  Work(ObjectKey key) {
    this.key = key;
  }
}
