package io.usher.benchmarks.api;

import java.util.concurrent.locks.LockSupport;

/** Does things at a fixed rate. For one thread. */
final class Pacer {

  private final long start = System.nanoTime();
  private final double intervalNanos;

  /**
   * @param rate a second
   */
  Pacer(double rate) {
    intervalNanos = 1e9 / rate;
  }

  /** Waits until one is due, counted from 0; a late one is not waited for. */
  void await(int index) {
    pause(start + Math.round(index * intervalNanos) - System.nanoTime());
  }

  static void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
