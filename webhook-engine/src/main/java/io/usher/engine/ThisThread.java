package io.usher.engine;

import io.usher.observe.ReviewObserver;

/**
 * Runs one review on the thread that asks for it. Nobody watches the time, so no rule is taken away
 * from the thread.
 */
record ThisThread(ReviewObserver observer) implements Review.Host {

  @Override
  public int bytesPerNode() {
    return 0;
  }

  @Override
  public long nextNumber() {
    return 1;
  }

  @Override
  public void ran(long nanos) {}

  @Override
  public void answered() {}

  @Override
  public void left(Review<?, ?> review) {}

  @Override
  public void threadHung() {
    throw new IllegalStateException("nobody watches this review");
  }

  @Override
  public void threadReleased() {
    throw new IllegalStateException("nobody watches this review");
  }

  @Override
  public void resume(Review<?, ?> review) {
    throw new IllegalStateException("nobody watches this review");
  }

  @Override
  public boolean withdraw(Review<?, ?> review) {
    throw new IllegalStateException("nobody watches this review");
  }
}
