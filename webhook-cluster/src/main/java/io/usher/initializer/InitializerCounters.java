package io.usher.initializer;

import java.util.EnumMap;
import java.util.Map;
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
    counts.get(outcome).increment();
  }

  /** How often this came of an object. */
  public long count(Outcome outcome) {
    return counts.get(outcome).sum();
  }
}
