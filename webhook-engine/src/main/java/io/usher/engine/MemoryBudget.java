package io.usher.engine;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that reviews in flight may take together: bodies, and trees as they will be parsed. Nobody
 * waits for memory, so reviews can't lock each other out; one alone may take it all. Thread-safe.
 */
public final class MemoryBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /** A budget of this many bytes. */
  public MemoryBudget(long limit) {
    this.limit = limit;
  }

  /** The whole budget, in bytes: what needs more can't be served at all. */
  public long limit() {
    return limit;
  }

  /** The bytes that are taken now. */
  public long used() {
    return used.get();
  }

  /** Takes so many bytes if they are free now. */
  public Optional<Lease> tryReserve(long bytes) {
    return take(bytes) ? Optional.of(new Lease(bytes, () -> {})) : Optional.empty();
  }

  /**
   * A lease of nothing, to grow.
   *
   * @param whenClosed runs once, when the lease is closed
   */
  public Lease begin(Runnable whenClosed) {
    return new Lease(0, whenClosed);
  }

  private boolean take(long bytes) {
    long before;
    do {
      before = used.get();
      if (bytes > limit - before) {
        return false;
      }
    } while (!used.compareAndSet(before, before + bytes));
    return true;
  }

  /** Bytes taken. Used by one thread at a time; closed by whoever ends the review. */
  public final class Lease implements AutoCloseable {

    private final Runnable whenClosed;
    private long bytes;
    private boolean closed;

    private Lease(long bytes, Runnable whenClosed) {
      this.bytes = bytes;
      this.whenClosed = whenClosed;
    }

    /** The bytes that it holds. */
    public long bytes() {
      return bytes;
    }

    /** Takes so many more bytes if they are free now; nothing changes when it gives false. */
    public boolean tryGrow(long more) {
      if (!take(more)) {
        return false;
      }
      bytes += more;
      return true;
    }

    /** Gives so many bytes back, of those that it holds. */
    public void shrink(long less) {
      used.addAndGet(-less);
      bytes -= less;
    }

    /** The whole budget that it is of. */
    long limit() {
      return limit;
    }

    /** Gives everything back; a second time does nothing. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        used.addAndGet(-bytes);
        bytes = 0;
        whenClosed.run();
      }
    }
  }
}
