package io.usher.review;

import java.util.Optional;

/**
 * Bytes that reviews in flight may take together: bodies, and trees as they will be parsed. One
 * review may always run alone, so long as it fits the whole budget.
 */
public final class MemoryBudget {

  private final long limit;

  /** A budget of this many bytes. */
  public MemoryBudget(long limit) {
    this.limit = limit;
  }

  /** The whole budget, in bytes. */
  public long limit() {
    return limit;
  }

  /** Takes so many bytes if they are free now. */
  public Optional<Lease> tryReserve(long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Bytes taken. Closed once, by whoever ends the review. */
  public interface Lease extends AutoCloseable {

    /** Takes so many more bytes if they are free now; nothing changes when it gives false. */
    boolean tryGrow(long bytes);

    @Override
    void close();
  }
}
