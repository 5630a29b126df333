package io.usher.handler;

import io.usher.engine.Circuit;
import io.usher.engine.CircuitEvents;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.engine.OutOfMemory;
import io.usher.engine.RuleFailedException;
import io.usher.engine.RunningCall;
import io.usher.engine.Ticker;
import io.usher.listwatch.ApiStatusException;
import io.usher.listwatch.ResourceViews;
import io.usher.observe.HandlerIdentity;
import io.usher.observe.HandlerObserver;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.Outcome;
import io.usher.rule.Trigger;
import io.usher.view.StoredObject;
import io.usher.write.EventRecorder;
import io.usher.write.ObjectReference;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one handler for one object after the other. While a call is late, another thread goes on
 * with the other objects; the late one's object waits until its thread is back. Thread-safe.
 */
final class HandlerLoop implements CircuitEvents {

  private static final Logger LOG = LoggerFactory.getLogger(HandlerLoop.class);

  /** How often it is looked whether the handler may be called, where nobody tells. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final HandlerIdentity identity;
  private final EventRecorder.Source source;
  private final HandlerDefinition handler;
  private final ChangeFilter changes;
  private final WorkQueue queue;
  private final Circuit circuit;
  private final RunningCall<HandlerCall> running;
  private final Writers writers;
  private final HandlerSettings settings;
  private final Threads threads;
  private final HandlerObserver observer;
  private final Ticker ticker;

  /** What the handler sees from its start until it is closed; else null. Under this lock. */
  private @Nullable ResourceViews views;

  /** Whether a thread has the turn: to call, and to write what comes of it. Under this lock. */
  private boolean busy;

  /** Nothing is called before it rings. Under this lock. */
  private boolean resting;

  private @Nullable ScheduledFuture<?> alarm;

  /**
   * What writes.
   *
   * @param objects the handler's own
   * @param events about them
   */
  record Writers(ApiWriter objects, EventRecorder events) {}

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
      Writers writers,
      HandlerSettings settings,
      Threads threads,
      GivenUpRules givenUpRules,
      HandlerObserver observer,
      Ticker ticker) {
    this.identity = new HandlerIdentity(webhook, handler.name());
    this.source = new EventRecorder.Source(webhook + "/usher", "handler " + handler.name());
    this.handler = handler;
    this.changes = new ChangeFilter(handler);
    this.queue =
        new WorkQueue(
            handler.trigger() == Trigger.DELETED, settings, RandomGenerator.getDefault(), ticker);
    this.circuit = new Circuit(ticker);
    this.running = new RunningCall<>(givenUpRules);
    this.writers = writers;
    this.settings = settings;
    this.threads = threads;
    this.observer = observer;
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
    } else if (circuit.admits(this)) {
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
            this,
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
      retry(call, Duration.ZERO);
      wake();
      return;
    }
    circuit.returned(this);
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
      fail(call, RuleFailedException.tookTooLong(handler.name()));
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
      failed(call, RuleFailedException.tookTooLong(handler.name()), Duration.ZERO);
    } else if (effects == null) {
      failed(call, Objects.requireNonNull(thrown), Duration.ZERO);
    } else {
      write(call, effects);
    }
  }

  private void write(HandlerCall call, Effects effects) {
    try {
      if (effects.patch() != null) {
        writers.objects().patch(handler.object().resource(), call.work.key, effects.patch());
        observer.patched(identity);
      }
      StoredObject object = call.object;
      if (object != null && !effects.events().isEmpty()) {
        var regarding = ObjectReference.to(object.tree());
        for (Outcome.Event event : effects.events()) {
          if (writers.events().record(source, regarding, event)) {
            observer.eventWritten(identity);
          } else {
            observer.eventDropped(identity);
          }
        }
      }
      observer.succeeded(identity, call.ranNanos());
      if (effects.again() == null) {
        queue.done(call.work);
      } else {
        queue.again(call.work, effects.again());
      }
    } catch (ApiStatusException e) {
      refused(call, e);
    } catch (IOException | RuntimeException e) {
      failed(call, e, Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      queue.done(call.work);
    }
  }

  private void refused(HandlerCall call, ApiStatusException refusal) {
    if (refusal.isNotFound()) {
      queue.done(call.work);
    } else if (refusal.isConflict()) {
      // The view shows what it has become in a moment.
      observer.conflicted(identity);
      retry(call, Duration.ZERO);
    } else {
      failed(call, refusal, refusal.retryAfter());
    }
  }

  private void failed(HandlerCall call, Throwable cause, Duration retryAfter) {
    fail(call, cause);
    retry(call, retryAfter);
  }

  /** Said once for an object, and again when it changes. */
  private void fail(HandlerCall call, Throwable cause) {
    observer.failed(identity, call.describe(), cause);
    if (!cause.toString().equals(call.work.failure)) {
      call.work.failure = cause.toString();
      LOG.warn(
          "handler {} fails for {}, and is called again", handler.name(), call.describe(), cause);
    }
  }

  private void retry(HandlerCall call, Duration retryAfter) {
    boolean last = call.work.failures + 1 >= settings.maxTries();
    if (last && handler.trigger() != Trigger.CHANGED) {
      LOG.error(
          "handler {} failed {} times for {}, and is not called for this any more",
          handler.name(),
          settings.maxTries(),
          call.describe());
      observer.gaveUp(identity, call.describe());
      queue.done(call.work);
    } else {
      queue.retry(call.work, retryAfter);
    }
  }

  @Override
  public void hung(int hungThreads, Thread thread) {
    observer.hung(identity, hungThreads, thread);
  }

  @Override
  public void released(int hungThreads) {
    observer.released(identity, hungThreads);
  }

  @Override
  public void circuitChanged(boolean open) {
    LOG.warn(
        open
            ? "handler {} is not called for now, as its threads hang"
            : "handler {} is called again",
        handler.name());
    observer.circuitChanged(identity, open);
  }
}
