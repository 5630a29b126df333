package io.usher.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.usher.observe.HandlerIdentity;
import io.usher.observe.HandlerObserver;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * Counts and times handlers for Prometheus. What alerts look at is there from the start on, with 0.
 */
public final class ControllerMetrics implements HandlerObserver {

  private static final String WEBHOOK = "webhook";
  private static final String HANDLER = "handler";

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private final Meters meters = new Meters();
  private final Map<HandlerIdentity, HandlerMeters> handlers = new ConcurrentHashMap<>();

  /** What is counted of one handler. */
  private record HandlerMeters(
      Timer duration,
      Counter conflicts,
      Counter errors,
      Counter givenUp,
      Counter patches,
      Counter events,
      Counter droppedEvents,
      AtomicInteger hung,
      AtomicInteger circuit) {}

  /** All metrics of the process; others may be added. */
  public Meters meters() {
    return meters;
  }

  /**
   * Counts calls of this handler from now on.
   *
   * @param waiting for how many objects it is to be called
   * @param lagSeconds how long the object that is due longest waits
   */
  public void serve(HandlerIdentity handler, DoubleSupplier waiting, DoubleSupplier lagSeconds) {
    meters(handler);
    gauge(
        "usher.handler.waiting",
        "Objects that a handler is to be called for, now or later; none while another leads",
        handler,
        waiting);
    gauge(
        "usher.handler.lag.seconds",
        "How long the object that is due longest waits for its handler",
        handler,
        lagSeconds);
  }

  private HandlerMeters meters(HandlerIdentity handler) {
    return handlers.computeIfAbsent(handler, this::register);
  }

  private HandlerMeters register(HandlerIdentity handler) {
    return new HandlerMeters(
        Timer.builder("usher.handler.duration")
            .description("Handlers that returned, and what they wanted was done")
            .tags(tags(handler))
            .serviceLevelObjectives(BUCKETS)
            .register(meters.registry),
        counter("usher.handler.conflicts", "Objects that had changed when they were", handler),
        counter("usher.handler.errors", "Calls that threw, took too long or were refused", handler),
        counter(
            "usher.handler.given.up",
            "Changes that a handler failed for so often that it is not called for them any more",
            handler),
        counter("usher.handler.patches", "Objects that were patched", handler),
        counter("usher.handler.events", "Events that were written", handler),
        counter("usher.handler.events.dropped", "Events that were one too many", handler),
        gauge("usher.handler.hung.threads", "Threads that a handler has not given back", handler),
        gauge(
            "usher.handler.circuit.open", "1 while a handler is not called, as it hung", handler));
  }

  private Counter counter(String name, String description, HandlerIdentity handler) {
    return Counter.builder(name)
        .description(description)
        .tags(tags(handler))
        .register(meters.registry);
  }

  private AtomicInteger gauge(String name, String description, HandlerIdentity handler) {
    var value = new AtomicInteger();
    gauge(name, description, handler, value::doubleValue);
    return value;
  }

  private void gauge(
      String name, String description, HandlerIdentity handler, DoubleSupplier value) {
    meters.gauge(name, description, value, WEBHOOK, handler.webhook(), HANDLER, handler.handler());
  }

  private static Tags tags(HandlerIdentity handler) {
    return Tags.of(WEBHOOK, handler.webhook(), HANDLER, handler.handler());
  }

  @Override
  public void succeeded(HandlerIdentity handler, long nanos) {
    meters(handler).duration().record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void conflicted(HandlerIdentity handler) {
    meters(handler).conflicts().increment();
  }

  @Override
  public void failed(HandlerIdentity handler, String object, Throwable cause) {
    meters(handler).errors().increment();
  }

  @Override
  public void gaveUp(HandlerIdentity handler, String object) {
    meters(handler).givenUp().increment();
  }

  @Override
  public void patched(HandlerIdentity handler) {
    meters(handler).patches().increment();
  }

  @Override
  public void eventWritten(HandlerIdentity handler) {
    meters(handler).events().increment();
  }

  @Override
  public void eventDropped(HandlerIdentity handler) {
    meters(handler).droppedEvents().increment();
  }

  @Override
  public void hung(HandlerIdentity handler, int hungThreads, Thread thread) {
    meters(handler).hung().set(hungThreads);
  }

  @Override
  public void released(HandlerIdentity handler, int hungThreads) {
    meters(handler).hung().set(hungThreads);
  }

  @Override
  public void circuitChanged(HandlerIdentity handler, boolean open) {
    meters(handler).circuit().set(open ? 1 : 0);
  }
}
