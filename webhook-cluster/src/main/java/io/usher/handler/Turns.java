package io.usher.handler;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the turn to one thread at a time, as soon as there is something to do; who has it ends it.
 * Thread-safe.
 */
final class Turns {

  private final Runnable turn;
  private final Supplier<@Nullable Duration> untilDue;
  private final Executor executor;
  private final ScheduledExecutorService timer;

  private boolean open;
  private boolean taken;

  /** No turn is given before it rings. */
  private boolean resting;

  private @Nullable ScheduledFuture<?> alarm;

  /**
   * None is given before the start.
   *
   * @param untilDue how long it is until there is something to do; null when there is nothing
   */
  Turns(
      Runnable turn,
      Supplier<@Nullable Duration> untilDue,
      Executor executor,
      ScheduledExecutorService timer) {
    this.turn = turn;
    this.untilDue = untilDue;
    this.executor = executor;
    this.timer = timer;
  }

  void start() {
    synchronized (this) {
      open = true;
    }
    wake();
  }

  /** Gives none any more; one may still be taken. */
  synchronized void close() {
    open = false;
    if (alarm != null) {
      alarm.cancel(false);
    }
  }

  /** There may be something to do. */
  synchronized void wake() {
    if (!open || taken || resting) {
      return;
    }
    Duration until = untilDue.get();
    if (until != null && until.isZero()) {
      taken = true;
      executor.execute(turn);
    } else if (until != null) {
      ring(until);
    }
  }

  /** The turn is over. */
  void end() {
    synchronized (this) {
      taken = false;
    }
    wake();
  }

  /** The turn is over, and the next one is not before this time has passed. */
  synchronized void endAndRest(Duration time) {
    taken = false;
    if (open) {
      resting = true;
      ring(time);
    }
  }

  private void ring(Duration after) {
    if (alarm != null) {
      alarm.cancel(false);
    }
    alarm = timer.schedule(this::rung, after.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void rung() {
    synchronized (this) {
      resting = false;
    }
    wake();
  }
}
