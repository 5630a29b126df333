package io.usher.listwatch;

import io.usher.admission.GroupVersionResource;
import io.usher.view.StoredObject;
import org.jspecify.annotations.Nullable;

/**
 * Learns of each change to views, in the order of each view, after the view shows it. The thread
 * that fills the view calls: it returns at once, and never throws.
 */
@FunctionalInterface
public interface ViewListener {

  /** A listener that does nothing. */
  ViewListener NONE = (resource, old, now) -> {};

  /**
   * An object was added, has changed, or is gone. What was deleted and made again is told as gone
   * and as added, also where no more than a list shows it.
   *
   * @param old as the view had it before, null when it had none; of what is gone its last state, as
   *     far as the API server told it
   * @param now null when it is gone
   */
  void changed(
      GroupVersionResource resource, @Nullable StoredObject old, @Nullable StoredObject now);
}
