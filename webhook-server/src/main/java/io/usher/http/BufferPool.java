package io.usher.http;

import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Keeps buffers that nobody uses for whoever needs one next. Jetty's own pools list what is in use,
 * too, and look through it at each acquire: beside a thousand connections that hold one, a small
 * request took one and a half times as long.
 */
final class BufferPool implements ByteBufferPool {

  private static final int STEP = 4 << 10;

  /** Larger ones are rare, and are made anew. */
  private static final int MAX_CAPACITY = 64 << 10;

  private final Idle heap;
  private final Idle direct;

  /**
   * No buffers yet.
   *
   * @param maxIdle what may be kept of buffers that nobody uses, in bytes, on and off the heap each
   */
  BufferPool(long maxIdle) {
    heap = new Idle(maxIdle);
    direct = new Idle(maxIdle);
  }

  @Override
  public RetainableByteBuffer.Mutable acquire(int size, boolean isDirect) {
    int step = Math.max(0, size - 1) / STEP;
    int capacity = (step + 1) * STEP;
    if (capacity > MAX_CAPACITY) {
      return new RetainableByteBuffer.FixedCapacity(BufferUtil.allocate(size, isDirect));
    }
    Idle idle = isDirect ? direct : heap;
    ByteBuffer kept = idle.take(step);
    return new Kept(kept == null ? BufferUtil.allocate(capacity, isDirect) : kept, idle);
  }

  @Override
  public void clear() {
    heap.clear();
    direct.clear();
  }

  /** What nobody uses, last in, first out. */
  private static final class Idle {

    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final List<Deque<ByteBuffer>> bySize =
        Stream.<Deque<ByteBuffer>>generate(ConcurrentLinkedDeque::new)
            .limit(MAX_CAPACITY / STEP)
            .toList();

    Idle(long maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Nullable ByteBuffer take(int step) {
      ByteBuffer buffer = bySize.get(step).pollFirst();
      if (buffer != null) {
        bytes.addAndGet(-buffer.capacity());
      }
      return buffer;
    }

    void put(ByteBuffer buffer) {
      if (bytes.addAndGet(buffer.capacity()) > maxBytes) {
        bytes.addAndGet(-buffer.capacity());
        return;
      }
      BufferUtil.reset(buffer);
      bySize.get(buffer.capacity() / STEP - 1).addFirst(buffer);
    }

    /** At the end, when nobody takes or puts any more. */
    void clear() {
      bySize.forEach(Deque::clear);
      bytes.set(0);
    }
  }

  /** Comes back when its last user releases it. */
  private final class Kept extends RetainableByteBuffer.Pooled {

    private final Idle idle;

    Kept(ByteBuffer buffer, Idle idle) {
      super(BufferPool.this, buffer);
      this.idle = idle;
    }

    @Override
    public boolean release() {
      boolean last = super.release();
      if (last) {
        idle.put(getByteBuffer());
      }
      return last;
    }
  }
}
