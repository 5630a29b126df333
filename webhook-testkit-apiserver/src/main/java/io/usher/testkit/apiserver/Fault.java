package io.usher.testkit.apiserver;

import io.usher.apiserver.api.RequestInfo;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What happens to requests instead of what they ask for, until it is lifted or has happened often
 * enough. Thread-safe.
 */
public final class Fault implements AutoCloseable {

  private final Predicate<RequestInfo> matcher;
  private final Consumer<CountDownLatch> effect;
  private final int limit;
  private final AtomicInteger begun = new AtomicInteger();
  private final CountDownLatch lifted = new CountDownLatch(1);

  /**
   * @param limit how often it happens
   * @param effect throws what a request ends with, or waits until it is lifted at most
   */
  Fault(Predicate<RequestInfo> matcher, int limit, Consumer<CountDownLatch> effect) {
    this.matcher = matcher;
    this.limit = limit;
    this.effect = effect;
  }

  void happenTo(RequestInfo request) {
    if (lifted.getCount() > 0 && matcher.test(request) && begun.getAndIncrement() < limit) {
      effect.accept(lifted);
    }
  }

  /** How many requests it has happened to. */
  public int count() {
    return Math.min(begun.get(), limit);
  }

  /** Ends it: requests that it delays go on. */
  @Override
  public void close() {
    lifted.countDown();
  }
}
