package io.usher.rule;

import java.lang.annotation.Annotation;

/** When a handler is called. */
public enum Trigger {
  /** An object is there that was not: {@link OnAdded}. */
  ADDED(OnAdded.class),
  /** An object has changed: {@link OnUpdated}. */
  UPDATED(OnUpdated.class),
  /** An object is gone: {@link OnDeleted}. */
  DELETED(OnDeleted.class),
  /** Anything about an object has changed: {@link Reconciling}. */
  CHANGED(Reconciling.class);

  private final Class<? extends Annotation> annotation;

  Trigger(Class<? extends Annotation> annotation) {
    this.annotation = annotation;
  }

  /** What a method is annotated with. */
  public Class<? extends Annotation> annotation() {
    return annotation;
  }
}
