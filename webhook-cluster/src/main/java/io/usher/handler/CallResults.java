package io.usher.handler;

import io.usher.engine.CircuitEvents;
import io.usher.listwatch.ApiStatusException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes of the calls of one handler: what they want is written, how they end is told, and
 * their objects go back into the queue where they are to come again. Thread-safe.
 */
final class CallResults implements CircuitEvents {

  private static final Logger LOG = LoggerFactory.getLogger(CallResults.class);

  private final HandlerIdentity identity;
  private final EventRecorder.Source source;
  private final HandlerDefinition handler;
  private final WorkQueue queue;
  private final Writers writers;
  private final int maxTries;
  private final HandlerObserver observer;
  private volatile boolean open;

  /**
   * What writes.
   *
   * @param objects the handler's own
   * @param events about them
   */
  record Writers(ApiWriter objects, EventRecorder events) {}

  CallResults(
      HandlerIdentity identity,
      HandlerDefinition handler,
      WorkQueue queue,
      Writers writers,
      int maxTries,
      HandlerObserver observer) {
    this.identity = identity;
    this.source =
        new EventRecorder.Source(identity.webhook() + "/usher", "handler " + handler.name());
    this.handler = handler;
    this.queue = queue;
    this.writers = writers;
    this.maxTries = maxTries;
    this.observer = observer;
  }

  /** Writes what a call wants, and ends it. */
  void write(HandlerCall call, Effects effects) {
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
      failed(call, e);
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
      retry(call);
    } else {
      failed(call, refusal, refusal.retryAfter());
    }
  }

  /** The call failed; its object is tried again later. */
  void failed(HandlerCall call, Throwable cause) {
    failed(call, cause, Duration.ZERO);
  }

  private void failed(HandlerCall call, Throwable cause, Duration retryAfter) {
    tell(call, cause);
    retry(call, retryAfter);
  }

  /** Tells that a call failed: once for an object, and again when that changes. */
  void tell(HandlerCall call, Throwable cause) {
    observer.failed(identity, call.describe(), cause);
    if (!cause.toString().equals(call.work.failure)) {
      call.work.failure = cause.toString();
      LOG.warn(
          "handler {} fails for {}, and is called again", handler.name(), call.describe(), cause);
    }
  }

  /** The object of a call that has failed is tried again later. */
  void retry(HandlerCall call) {
    retry(call, Duration.ZERO);
  }

  private void retry(HandlerCall call, Duration retryAfter) {
    boolean last = call.work.failures + 1 >= maxTries;
    if (last && handler.trigger() != Trigger.CHANGED) {
      LOG.error(
          "handler {} failed {} times for {}, and is not called for this any more",
          handler.name(),
          maxTries,
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
    this.open = open;
    observer.circuitChanged(identity, open);
  }

  /** The handler is called no more; who calls it next begins with a circuit that is closed. */
  void end() {
    if (open) {
      observer.circuitChanged(identity, false);
    }
  }
}
