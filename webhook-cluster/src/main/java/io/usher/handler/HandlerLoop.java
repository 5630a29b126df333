package io.usher.handler;

import io.usher.engine.Circuit;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.engine.OutOfMemory;
import io.usher.engine.RuleFailedException;
import io.usher.engine.RunningCall;
import io.usher.engine.Ticker;
import io.usher.listwatch.ResourceViews;
import io.usher.observe.HandlerIdentity;
import io.usher.observe.HandlerObserver;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.Trigger;
import io.usher.view.StoredObject;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls one handler for one object after the other. While a call is late, another thread goes on
 * with the other objects; the late one's object waits until its thread is back. Thread-safe.
 */
final class HandlerLoop {

  /** How often it is looked whether the handler may be called, where nobody tells. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final HandlerIdentity identity;
  private final HandlerDefinition handler;
  private final ChangeFilter changes;
  private final WorkQueue queue;
  private final Circuit circuit;
  private final RunningCall<HandlerCall> running;
  private final CallResults results;
  private final Threads threads;
  private final Ticker ticker;

  /** What the handler sees from its start until it is closed; else null. Under this lock. */
  private @Nullable ResourceViews views;

  /** Whether a thread has the turn: to call, and to write what comes of it. Under this lock. */
  private boolean busy;

  /** Nothing is called before it rings. Under this lock. */
  private boolean resting;

  private @Nullable ScheduledFuture<?> alarm;

  /**
   * What runs.
   *
   * @param executor calls handlers, a thread for each at least
   * @param timer looks at the time
   * @param fatal told what the process can't go on with
   */
  record Threads(Executor executor, ScheduledExecutorService timer, Consumer<Throwable> fatal) {}

  HandlerLoop(
      String webhook,
      HandlerDefinition handler,
      CallResults.Writers writers,
      HandlerSettings settings,
      Threads threads,
      GivenUpRules givenUpRules,
      HandlerObserver observer,
      Ticker ticker) {
    this.identity = new HandlerIdentity(webhook, handler.name());
    this.handler = handler;
    this.changes = new ChangeFilter(handler);
    // of java.base, unlike the default: small Java runtimes lack jdk.random
    this.queue =
        new WorkQueue(
            handler.trigger() == Trigger.DELETED, settings, new SplittableRandom(), ticker);
    this.circuit = new Circuit(ticker);
    this.running = new RunningCall<>(givenUpRules);
    this.results =
        new CallResults(identity, handler, queue, writers, settings.maxTries(), observer);
    this.threads = threads;
    this.ticker = ticker;
  }

  HandlerState state() {
    return new HandlerState(identity, queue.size(), queue.lag());
  }

  /** Calls the handler from now on. */
  void start(ResourceViews seen) {
    synchronized (this) {
      views = seen;
    }
    wake();
  }

  /** Calls it no more; one call may still be under way. */
  synchronized void close() {
    views = null;
    if (alarm != null) {
      alarm.cancel(false);
    }
    results.end();
  }

  private synchronized @Nullable ResourceViews views() {
    return views;
  }

  /**
   * An object of the handler's resource has changed. What its filters let through is as a watch
   * with these would tell it.
   */
  void changed(@Nullable StoredObject old, @Nullable StoredObject now) {
    changes.tell(old, now, queue);
    wake();
  }

  /** Lets a thread have a turn, if one is due. */
  private synchronized void wake() {
    ResourceViews seen = views;
    if (seen == null || busy || resting) {
      return;
    }
    Duration until = queue.untilDue();
    if (until == null) {
      return;
    }
    if (!seen.areFilled(handler.reads())) {
      rest(LOOK);
    } else if (until.isZero()) {
      busy = true;
      threads.executor().execute(this::turn);
    } else {
      ring(until);
    }
  }

  private synchronized void rest(Duration time) {
    resting = true;
    ring(time);
  }

  private void ring(Duration after) {
    if (alarm != null) {
      alarm.cancel(false);
    }
    alarm = threads.timer().schedule(this::rung, after.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void rung() {
    synchronized (this) {
      resting = false;
    }
    wake();
  }

  private void turn() {
    ResourceViews seen = views();
    Work work = seen == null ? null : queue.poll();
    if (seen == null || work == null) {
      endTurn();
      return;
    }
    StoredObject object =
        changes.subject(
            work.old,
            seen.object(handler.object().resource(), work.key.namespace(), work.key.name()));
    if (object == null && handler.trigger() != Trigger.CHANGED) {
      // Gone by now.
      queue.done(work);
      endTurn();
    } else if (circuit.admits(results)) {
      call(new Seen(seen, work, object));
    } else {
      queue.putBack(work);
      rest(LOOK);
      endTurn();
    }
  }

  /** What a call is for. */
  private record Seen(ResourceViews views, Work work, @Nullable StoredObject object) {}

  private void endTurn() {
    synchronized (this) {
      busy = false;
    }
    wake();
  }

  private void call(Seen seen) {
    StoredObject old = handler.trigger() == Trigger.UPDATED ? seen.work().old : null;
    var call =
        new HandlerCall(
            handler,
            seen.work(),
            seen.object(),
            old,
            seen.views(),
            circuit,
            results,
            Deadline.after(handler.budget(), ticker));
    running.begin(call);
    Effects effects = null;
    Throwable thrown = null;
    ScheduledFuture<?> watch = watch(call);
    // From here on the circuit and the watchdog know of the call: whatever fails, it is ended.
    try {
      effects = Effects.of(handler.handler().handle(call), handler, call);
    } catch (Throwable e) {
      thrown = e;
    }
    watch.cancel(false);
    if (!running.end(call)) {
      // Whoever took the call away has told of it, and gave the turn to another thread.
      results.retry(call);
      wake();
      return;
    }
    circuit.returned(results);
    try {
      finish(call, effects, thrown);
    } finally {
      endTurn();
    }
  }

  private ScheduledFuture<?> watch(HandlerCall call) {
    return threads
        .timer()
        .schedule(() -> giveUp(call), call.deadline().remainingNanos() + 1, TimeUnit.NANOSECONDS);
  }

  private void giveUp(HandlerCall call) {
    if (running.takeOverdue() == call) {
      results.tell(call, RuleFailedException.tookTooLong(handler.name()));
      endTurn();
    }
  }

  private void finish(HandlerCall call, @Nullable Effects effects, @Nullable Throwable thrown) {
    if (thrown instanceof OutOfMemoryError error && OutOfMemory.isExhaustion(error)) {
      threads.fatal().accept(error);
    } else if (views() == null) {
      // It was interrupted, and nothing is written any more.
      queue.done(call.work);
    } else if (call.deadline().passed()) {
      results.failed(call, RuleFailedException.tookTooLong(handler.name()));
    } else if (effects == null) {
      results.failed(call, Objects.requireNonNull(thrown));
    } else {
      results.write(call, effects);
    }
  }
}
