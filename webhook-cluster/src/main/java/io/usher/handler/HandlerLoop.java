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

  private final Turns turns;

  /** What the handler sees from its start until it is closed; else null. */
  private volatile @Nullable ResourceViews views;

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
    this.turns = new Turns(this::turn, queue::untilDue, threads.executor(), threads.timer());
  }

  HandlerState state() {
    return new HandlerState(identity, queue.size(), queue.lag());
  }

  /** Calls the handler from now on. */
  void start(ResourceViews seen) {
    views = seen;
    turns.start();
  }

  /** Calls it no more; one call may still be under way. */
  void close() {
    views = null;
    turns.close();
    results.end();
  }

  /**
   * An object of the handler's resource has changed. What its filters let through is as a watch
   * with these would tell it.
   */
  void changed(@Nullable StoredObject old, @Nullable StoredObject now) {
    changes.tell(old, now, queue);
    turns.wake();
  }

  private void turn() {
    ResourceViews seen = views;
    if (seen == null) {
      turns.end();
    } else if (!seen.areFilled(handler.reads())) {
      turns.endAndRest(LOOK);
    } else {
      Work work = queue.poll();
      if (work == null) {
        turns.end();
      } else {
        turn(seen, work);
      }
    }
  }

  private void turn(ResourceViews seen, Work work) {
    StoredObject object =
        changes.subject(
            work.old,
            seen.object(handler.object().resource(), work.key.namespace(), work.key.name()));
    if (object == null && handler.trigger() != Trigger.CHANGED) {
      // Gone by now.
      queue.done(work);
      turns.end();
    } else if (circuit.admits(results)) {
      call(seen, work, object);
    } else {
      queue.putBack(work);
      turns.endAndRest(LOOK);
    }
  }

  private void call(ResourceViews seen, Work work, @Nullable StoredObject object) {
    StoredObject old = handler.trigger() == Trigger.UPDATED ? work.old : null;
    var call =
        new HandlerCall(
            handler,
            work,
            object,
            old,
            seen,
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
      turns.wake();
      return;
    }
    circuit.returned(results);
    try {
      finish(call, effects, thrown);
    } finally {
      turns.end();
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
      turns.end();
    }
  }

  private void finish(HandlerCall call, @Nullable Effects effects, @Nullable Throwable thrown) {
    if (thrown instanceof OutOfMemoryError error && OutOfMemory.isExhaustion(error)) {
      threads.fatal().accept(error);
    } else if (views == null) {
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
