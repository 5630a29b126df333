package io.usher.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;

/** The metrics of a process, for Prometheus. Labels are names and values in turn. Thread-safe. */
public final class Meters {

  /** From a tenth of a small review to more than the API server ever waits for a good one. */
  static final Duration[] REVIEW_BUCKETS = {
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** Micrometer itself keeps what it counts by weak references only. */
  private final List<DoubleSupplier> counted = new CopyOnWriteArrayList<>();

  Meters() {}

  /** All metrics in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  /** Adds a value that is asked for at each scrape; one of the same labels that is there stays. */
  public void gauge(String name, String description, DoubleSupplier value, String... labels) {
    Gauge.builder(name, value, DoubleSupplier::getAsDouble)
        .description(description)
        .tags(labels)
        .strongReference(true)
        .register(registry);
  }

  /** Adds a value that only grows and is asked for at each scrape. */
  public void counter(String name, String description, DoubleSupplier value, String... labels) {
    counted.add(value);
    FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
        .description(description)
        .tags(labels)
        .register(registry);
  }

  /** Adds times of reviews, or of what is done within one, in nanoseconds. */
  public LongConsumer timer(String name, String description) {
    Timer timer =
        Timer.builder(name)
            .description(description)
            .serviceLevelObjectives(REVIEW_BUCKETS)
            .register(registry);
    return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
  }
}
