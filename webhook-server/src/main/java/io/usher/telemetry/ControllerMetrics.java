package io.usher.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.usher.observe.HandlerObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;

/**
 * Counts and times handlers for Prometheus. What alerts look at is there from the start on, with 0.
 */
public final class ControllerMetrics implements HandlerObserver {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, HandlerMeters> handlers = new ConcurrentHashMap<>();

  /** Micrometer itself keeps what it counts by weak references only. */
  private final List<DoubleSupplier> counted = new CopyOnWriteArrayList<>();

  /** What is counted of one handler. */
  private record HandlerMeters(
      Timer duration,
      Counter conflicts,
      Counter errors,
      Counter patches,
      Counter events,
      Counter droppedEvents,
      AtomicInteger hung,
      AtomicInteger circuit) {}

  /** All metrics in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  /** Counts calls of these handlers from now on, {@code Class.method}. */
  public void serve(Iterable<String> names) {
    names.forEach(this::meters);
  }

  /** Adds a value that is asked for at each scrape. */
  public void gauge(String name, String description, DoubleSupplier value) {
    Gauge.builder(name, value, DoubleSupplier::getAsDouble)
        .description(description)
        .strongReference(true)
        .register(registry);
  }

  /** Adds a value of one of several that a label tells apart, which is asked for at each scrape. */
  public void gauge(
      String name, String description, String label, String of, DoubleSupplier value) {
    Gauge.builder(name, value, DoubleSupplier::getAsDouble)
        .description(description)
        .tag(label, of)
        .strongReference(true)
        .register(registry);
  }

  /** Adds a value that only grows and is asked for at each scrape. */
  public void counter(String name, String description, DoubleSupplier value) {
    counted.add(value);
    FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
        .description(description)
        .register(registry);
  }

  /** The same of one of several that a label tells apart. */
  public void counter(
      String name, String description, String label, String of, DoubleSupplier value) {
    counted.add(value);
    FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
        .description(description)
        .tag(label, of)
        .register(registry);
  }

  private HandlerMeters meters(String handler) {
    return handlers.computeIfAbsent(handler, this::register);
  }

  private HandlerMeters register(String handler) {
    return new HandlerMeters(
        Timer.builder("usher.handler.duration")
            .description("Handlers that returned, and what they wanted was done")
            .tag("handler", handler)
            .serviceLevelObjectives(BUCKETS)
            .register(registry),
        counter("usher.handler.conflicts", "Objects that had changed when they were", handler),
        counter("usher.handler.errors", "Calls that threw, took too long or were refused", handler),
        counter("usher.handler.patches", "Objects that were patched", handler),
        counter("usher.handler.events", "Events that were written", handler),
        counter("usher.handler.events.dropped", "Events that were one too many", handler),
        gauge("usher.handler.hung.threads", "Threads that a handler has not given back", handler),
        gauge(
            "usher.handler.circuit.open", "1 while a handler is not called, as it hung", handler));
  }

  private Counter counter(String name, String description, String handler) {
    return Counter.builder(name)
        .description(description)
        .tag("handler", handler)
        .register(registry);
  }

  private AtomicInteger gauge(String name, String description, String handler) {
    var value = new AtomicInteger();
    gauge(name, description, "handler", handler, value::doubleValue);
    return value;
  }

  @Override
  public void succeeded(String handler, long nanos) {
    meters(handler).duration().record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void conflicted(String handler) {
    meters(handler).conflicts().increment();
  }

  @Override
  public void failed(String handler, String object, Throwable cause) {
    meters(handler).errors().increment();
  }

  @Override
  public void patched(String handler) {
    meters(handler).patches().increment();
  }

  @Override
  public void eventWritten(String handler) {
    meters(handler).events().increment();
  }

  @Override
  public void eventDropped(String handler) {
    meters(handler).droppedEvents().increment();
  }

  @Override
  public void hung(String handler, int hungThreads, Thread thread) {
    meters(handler).hung().set(hungThreads);
  }

  @Override
  public void released(String handler, int hungThreads) {
    meters(handler).hung().set(hungThreads);
  }

  @Override
  public void circuitChanged(String handler, boolean open) {
    meters(handler).circuit().set(open ? 1 : 0);
  }
}
