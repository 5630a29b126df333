package io.usher.cel;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that evaluations share. For all threads. */
final class MemoryPool {

  private static final int PART_OF_THE_HEAP = 4;

  /** What all evaluations of this process may hold together. */
  static final MemoryPool OF_PROCESS =
      new MemoryPool(Runtime.getRuntime().maxMemory() / PART_OF_THE_HEAP);

  private final AtomicLong left;

  MemoryPool(long bytes) {
    left = new AtomicLong(bytes);
  }

  /** Takes bytes; none, and false, where so many are not left. */
  boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    give(bytes);
    return false;
  }

  /** Gives bytes back that were taken. */
  void give(long bytes) {
    left.addAndGet(bytes);
  }

  long left() {
    return left.get();
  }
}
