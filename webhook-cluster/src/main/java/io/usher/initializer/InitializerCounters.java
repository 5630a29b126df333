package io.usher.initializer;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How many objects came out how since the start; one that was looked at again counts again. */
public final class InitializerCounters {

  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);

  /** Zeros. */
  public InitializerCounters() {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  void add(Outcome outcome) {
    of(outcome).increment();
  }

  /** How often this came of an object. */
  public long count(Outcome outcome) {
    return of(outcome).sum();
  }

  private LongAdder of(Outcome outcome) {
    return Objects.requireNonNull(counts.get(outcome));
  }
}
