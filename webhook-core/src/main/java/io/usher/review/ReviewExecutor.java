package io.usher.review;

import io.usher.observe.ReviewObserver;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Runs reviews on a bounded number of threads behind a bounded queue, and answers each by its
 * deadline even when a rule never returns.
 */
public final class ReviewExecutor implements AutoCloseable {

  /**
   * The bounds.
   *
   * @param slots reviews that run at once
   * @param queuePerSlot reviews that may wait, for each slot
   * @param maxHungThreads threads that rules may have hung before the process should be replaced
   * @param bytesPerNode what a JSON value is counted as when it is parsed into a tree
   */
  public record Settings(int slots, int queuePerSlot, int maxHungThreads, int bytesPerNode) {}

  /** An executor that takes calls at once. */
  public ReviewExecutor(Settings settings, ReviewObserver observer) {}

  /** Never blocks. The answer is given exactly once, on some thread, within the deadline. */
  public void submit(ReviewCall call, Consumer<ReviewAnswer> answer) {
    throw new UnsupportedOperationException();
  }

  /** Reviews that run now. */
  public int inFlight() {
    throw new UnsupportedOperationException();
  }

  /** Reviews that wait now. */
  public int queued() {
    throw new UnsupportedOperationException();
  }

  /** Threads that hang in rules now. */
  public int hungThreads() {
    throw new UnsupportedOperationException();
  }

  /** Waits until nothing runs or waits; false when that took longer. */
  public boolean awaitIdle(Duration timeout) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
