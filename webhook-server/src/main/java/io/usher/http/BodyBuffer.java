package io.usher.http;

import io.usher.review.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A body as it arrives. Memory is taken from the budget before it is allocated, and never for what
 * is announced but has not come: a client that promises megabytes and sends none takes 64 KiB.
 */
final class BodyBuffer {

  /** Most reviews are smaller: they are read into an array that already has the right size. */
  private static final int FIRST = 64 << 10;

  private final MemoryBudget budget;
  private final long announced;
  private final int limit;
  private byte[] bytes = {};
  private int count;
  private MemoryBudget.@Nullable Lease lease;

  /**
   * An empty buffer.
   *
   * @param announced the {@code Content-Length}, or -1
   * @param limit of the body's size
   */
  BodyBuffer(MemoryBudget budget, long announced, int limit) {
    this.budget = budget;
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
      var refusal = grow(count + more);
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

  /** The whole body. */
  byte[] bytes() {
    return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
  }

  /** The memory taken, handed to whoever ends the review. */
  MemoryBudget.Lease lease() {
    if (lease == null) {
      lease = budget.tryReserve(0).orElseThrow();
    }
    return lease;
  }

  void release() {
    if (lease != null) {
      lease.close();
    }
  }

  private @Nullable Refusal grow(int needed) {
    long wanted = Math.max(needed, Math.max(FIRST, 2L * bytes.length));
    int capacity = (int) Math.min(wanted, announced >= 0 ? announced : limit);
    if (capacity > budget.limit()) {
      return Refusal.tooLarge(
          "the body needs more than the " + budget.limit() + " bytes that reviews may take");
    }
    boolean taken;
    if (lease == null) {
      lease = budget.tryReserve(capacity).orElse(null);
      taken = lease != null;
    } else {
      taken = lease.tryGrow(capacity - bytes.length);
    }
    if (!taken) {
      return Refusal.overloaded("the reviews in flight take all the memory they may");
    }
    bytes = Arrays.copyOf(bytes, capacity);
    return null;
  }
}
