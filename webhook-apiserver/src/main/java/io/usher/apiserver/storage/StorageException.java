package io.usher.apiserver.storage;

import org.jspecify.annotations.Nullable;

/** The storage can't do what it was asked for. */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What came of it. */
  public enum Outcome {
    /** It is broken: nothing was written, and nothing will be until somebody looks. */
    BROKEN,
    /** Nothing was written; the same may go well in a moment. */
    UNAVAILABLE,
    /** The write may have been done or not: who wants to know must read. */
    UNKNOWN,
    /** Nothing was written: the object is larger than the storage takes. */
    TOO_LARGE
  }

  private final Outcome outcome;

  /** The storage is broken. */
  public StorageException(String problem, @Nullable Throwable cause) {
    this(Outcome.BROKEN, problem, cause);
  }

  public StorageException(Outcome outcome, String problem, @Nullable Throwable cause) {
    super(problem, cause);
    this.outcome = outcome;
  }

  public Outcome outcome() {
    return outcome;
  }
}
