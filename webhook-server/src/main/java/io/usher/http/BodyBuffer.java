package io.usher.http;

import io.usher.engine.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A body as it arrives. Memory is taken from the budget before it is allocated, and never for what
 * is announced but has not come: a client that promises megabytes and sends none takes 64 KiB. An
 * array and the one that replaces it are both counted while one is copied.
 */
final class BodyBuffer {

  /** What the JVM needs beside an array's elements, generously. */
  private static final int HEADER = 64;

  /**
   * Most reviews are smaller: they are read into an array that already has the right size. With its
   * header the array fills no more than 64 KiB: this size, and its multiples, leave no large object
   * that needs another heap region for its last bytes.
   */
  private static final int FIRST = (64 << 10) - HEADER;

  /** The old array, of a quarter of the size, is all that growing needs beside the new one. */
  private static final int FACTOR = 4;

  private final MemoryBudget budget;
  private final MemoryBudget.Lease lease;
  private final long announced;
  private final int limit;
  private byte[] bytes = {};
  private int count;

  /**
   * An empty buffer.
   *
   * @param announced the {@code Content-Length}, or -1
   * @param limit of the body's size
   * @param released runs once, when nobody uses the body any more
   */
  BodyBuffer(MemoryBudget budget, long announced, int limit, Runnable released) {
    this.budget = budget;
    this.lease = budget.begin(released);
    this.announced = announced;
    this.limit = limit;
  }

  /** Takes what has come; otherwise says why it can't. */
  @Nullable Refusal add(ByteBuffer chunk) {
    int more = chunk.remaining();
    if (more > limit - count) {
      return Refusal.tooLarge("the body is larger than " + limit + " bytes");
    }
    if (more > bytes.length - count) {
      long wanted = FACTOR * ((long) bytes.length + HEADER) - HEADER;
      long capacity = Math.max(count + more, Math.max(FIRST, wanted));
      var refusal = resize((int) Math.min(capacity, announced >= 0 ? announced : limit));
      if (refusal != null) {
        return refusal;
      }
    }
    chunk.get(bytes, count, more);
    count += more;
    return null;
  }

  int size() {
    return count;
  }

  /** Everything has come: the array becomes as large as the body; or says why it can't. */
  @Nullable Refusal complete() {
    return count == bytes.length ? null : resize(count);
  }

  /** The whole body, when it is complete. */
  byte[] bytes() {
    return bytes;
  }

  /** The memory taken, handed to whoever ends the review. */
  MemoryBudget.Lease lease() {
    return lease;
  }

  void release() {
    lease.close();
  }

  private @Nullable Refusal resize(int capacity) {
    if ((long) capacity + bytes.length > budget.limit()) {
      return Refusal.tooLarge(
          "the body needs more than the " + budget.limit() + " bytes that reviews may take");
    }
    int before = bytes.length;
    if (!lease.tryGrow(capacity)) {
      return Refusal.overloaded("the reviews in flight take all the memory they may");
    }
    bytes = Arrays.copyOf(bytes, capacity);
    lease.shrink(before);
    return null;
  }
}
