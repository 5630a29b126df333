package io.usher.handler;

import io.usher.engine.Globs;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.LabelSelector;
import io.usher.rule.Trigger;
import io.usher.view.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * Which changes a handler is called for. What its filters let through is as a watch with these
 * would tell it: an object that begins to match is added, and one that ceases to is deleted.
 */
final class ChangeFilter {

  private final Trigger trigger;
  private final Globs namespaces;
  private final Globs names;
  private final LabelSelector labels;

  ChangeFilter(HandlerDefinition handler) {
    trigger = handler.trigger();
    namespaces = Globs.of(handler.namespaces());
    names = Globs.of(handler.names());
    labels = handler.labels();
  }

  /**
   * What the handler is called for; null when that is gone.
   *
   * @param old what the change is from
   * @param now the object of this name as it is at this moment
   */
  @Nullable StoredObject subject(@Nullable StoredObject old, @Nullable StoredObject now) {
    return switch (trigger) {
      case DELETED -> old;
      // The view may show already, and tell in a moment, that it was deleted and made again.
      case UPDATED -> isSame(old, now) ? select(now) : null;
      case ADDED, CHANGED -> select(now);
    };
  }

  private static boolean isSame(@Nullable StoredObject old, @Nullable StoredObject now) {
    return old != null && now != null && old.uid().equals(now.uid());
  }

  /** The object, or null when the handler is not for it. */
  private @Nullable StoredObject select(@Nullable StoredObject object) {
    return object != null
            && namespaces.match(object.namespace())
            && names.match(object.name())
            && (labels.requirements().isEmpty() || labels.matches(object.tree()))
        ? object
        : null;
  }

  /** Puts a change into the handler's queue, if the handler is for it. */
  void tell(@Nullable StoredObject old, @Nullable StoredObject now, WorkQueue queue) {
    StoredObject before = select(old);
    StoredObject after = select(now);
    if (after != null) {
      tellPresent(before, after, queue);
    } else if (before != null) {
      tellGone(before, queue);
    }
  }

  private void tellPresent(@Nullable StoredObject before, StoredObject after, WorkQueue queue) {
    boolean due =
        switch (trigger) {
          case ADDED -> before == null;
          case UPDATED -> before != null;
          case DELETED -> false;
          case CHANGED -> true;
        };
    if (due) {
      queue.add(key(after), trigger == Trigger.UPDATED ? before : null);
    }
  }

  private void tellGone(StoredObject last, WorkQueue queue) {
    switch (trigger) {
      case ADDED, UPDATED -> queue.remove(key(last));
      case DELETED -> queue.add(key(last), last);
      case CHANGED -> queue.add(key(last), null);
    }
  }

  private static ObjectKey key(StoredObject object) {
    return new ObjectKey(object.namespace(), object.name());
  }
}
