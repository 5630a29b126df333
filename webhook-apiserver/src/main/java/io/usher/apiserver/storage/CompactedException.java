package io.usher.apiserver.storage;

import io.usher.apiserver.api.Status;

/** The history no longer reaches back to the version that is asked for. */
public final class CompactedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long asked;
  private final long oldest;

  /** What a watcher is told who asked for it. */
  public Status status() {
    return Status.expired("too old resource version: " + asked + " (" + oldest + ")");
  }

  /**
   * @param asked the version asked for
   * @param oldest the oldest version that the history reaches back to
   */
  public CompactedException(long asked, long oldest) {
    super(
        "version " + asked + " is older than the history, which begins at " + oldest,
        null,
        false,
        false);
    this.asked = asked;
    this.oldest = oldest;
  }

  public long asked() {
    return asked;
  }

  public long oldest() {
    return oldest;
  }
}
