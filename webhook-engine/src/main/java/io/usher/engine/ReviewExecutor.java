package io.usher.engine;

import io.usher.observe.ReviewObserver;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runs reviews on a bounded number of threads behind a bounded queue, and answers each by its
 * deadline even when a rule never returns.
 *
 * <p>A watchdog looks at the reviews in flight every few milliseconds. It takes an overdue rule
 * from its thread, answers (or has another thread go on, when the rule may be skipped), and lets
 * the pool grow by one for the thread that hangs, so that the others keep all their slots. When the
 * thread comes back, the pool shrinks again.
 */
public final class ReviewExecutor implements AutoCloseable {

  /**
   * The bounds.
   *
   * @param slots reviews that run at once
   * @param queuePerSlot reviews that may wait, for each slot
   * @param maxHungThreads threads that rules may have hung before the process should be replaced
   * @param bytesPerNode what a JSON value, and a name, is counted as when it is parsed into a tree
   */
  public record Settings(int slots, int queuePerSlot, int maxHungThreads, int bytesPerNode) {}

  /** How late an overdue rule is noticed; a tenth of the least reserve of 100 ms. */
  private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** With nothing in flight, a review's deadline is never as near as this. */
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A new review's weight in the average of how long one takes: 1/16. */
  private static final int AVERAGE_SHIFT = 4;

  private static final long IDLE_THREAD_SECONDS = 60;

  private final Settings settings;
  private final ReviewObserver observer;
  private final ThreadPoolExecutor pool;
  private final Workers workers = new Workers();

  /** Until the last thread has left them: a rule may hang when its review is long answered. */
  private final Set<Review<?, ?>> watched = ConcurrentHashMap.newKeySet();

  private final AtomicInteger unanswered = new AtomicInteger();
  private final Thread watchdog;
  private int hungThreads;
  private volatile long averageNanos;
  private volatile boolean closed;

  /** An executor that takes calls at once. */
  public ReviewExecutor(Settings settings, ReviewObserver observer) {
    this.settings = settings;
    this.observer = observer;
    var count = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            settings.slots(),
            settings.slots(),
            IDLE_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.slots() * settings.queuePerSlot()),
            task -> daemon("review-" + count.incrementAndGet(), task),
            (task, full) -> ((Review<?, ?>) task).shed("the queue is full"));
    this.watchdog = daemon("review-watchdog", this::watch);
    watchdog.start();
  }

  /**
   * Answers a review. Never blocks; the answer is given exactly once, on some thread, not later
   * than a watchdog's round behind the deadline.
   */
  public void submit(Review<?, ?> review, Consumer<ReviewAnswer> answer) {
    review.begin(workers, answer);
    unanswered.incrementAndGet();
    long wait = averageNanos * pool.getQueue().size() / settings.slots();
    if (wait > review.deadline().remainingNanos() / 3) {
      review.shed("the wait would take a third of the time");
      return;
    }
    watched.add(review);
    pool.execute(review);
  }

  /** Reviews that are not answered yet and do not wait. */
  public int inFlight() {
    return Math.max(0, unanswered.get() - queued());
  }

  /** Reviews that wait now. */
  public int queued() {
    return pool.getQueue().size();
  }

  /** Threads that hang in rules now. */
  public synchronized int hungThreads() {
    return hungThreads;
  }

  /** Waits until every call is answered; false when that took longer than this. */
  public boolean awaitIdle(Duration timeout) throws InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (unanswered.get() > 0) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(WATCH_NANOS);
    }
    return true;
  }

  /** Stops all threads; calls that are not answered yet never will be. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watchdog);
    pool.shutdownNow();
  }

  private final class Workers implements Review.Host {

    private final AtomicLong numbers = new AtomicLong();

    @Override
    public ReviewObserver observer() {
      return observer;
    }

    @Override
    public int bytesPerNode() {
      return settings.bytesPerNode();
    }

    @Override
    public long nextNumber() {
      return numbers.incrementAndGet();
    }

    /** Lost updates don't matter to an average. */
    @Override
    public void ran(long nanos) {
      averageNanos += (nanos - averageNanos) >> AVERAGE_SHIFT;
    }

    @Override
    public void answered() {
      unanswered.decrementAndGet();
    }

    @Override
    public void left(Review<?, ?> review) {
      watched.remove(review);
    }

    @Override
    public void resume(Review<?, ?> review) {
      pool.execute(review);
    }

    @Override
    public boolean withdraw(Review<?, ?> review) {
      return pool.remove(review);
    }

    @Override
    public void threadHung() {
      synchronized (ReviewExecutor.this) {
        hungThreads++;
        pool.setMaximumPoolSize(settings.slots() + hungThreads);
        pool.setCorePoolSize(settings.slots() + hungThreads);
        if (hungThreads == settings.maxHungThreads() + 1) {
          observer.fatal("more than " + settings.maxHungThreads() + " threads hang in rules", null);
        }
      }
    }

    @Override
    public void threadReleased() {
      synchronized (ReviewExecutor.this) {
        hungThreads--;
        pool.setCorePoolSize(settings.slots() + hungThreads);
        pool.setMaximumPoolSize(settings.slots() + hungThreads);
      }
    }
  }

  private void watch() {
    // Loads what the first rule to be given up would have to wait for.
    ManagementFactory.getThreadMXBean();
    while (!closed) {
      LockSupport.parkNanos(watched.isEmpty() ? IDLE_NANOS : WATCH_NANOS);
      for (Review<?, ?> review : watched) {
        try {
          review.watch();
        } catch (Throwable e) {
          observer.fatal("the watchdog failed", e);
        }
      }
    }
  }

  private static Thread daemon(String name, Runnable task) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
