package io.usher.cluster;

/** A view is too old to be read, or was never filled. A rule lets it pass: the call fails. */
public final class StaleViewException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** Saying which view, and what is wrong with it. */
  public StaleViewException(String message) {
    super(message);
  }
}
