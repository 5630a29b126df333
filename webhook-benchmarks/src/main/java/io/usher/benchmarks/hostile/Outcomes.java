package io.usher.benchmarks.hostile;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What an attack's clients saw, and how often. Thread-safe. */
final class Outcomes {

  private static final int MOST_KINDS = 50;

  private final Map<String, Long> counts = new ConcurrentHashMap<>();

  void saw(String outcome) {
    if (counts.size() < MOST_KINDS || counts.containsKey(outcome)) {
      counts.merge(outcome, 1L, Long::sum);
    }
  }

  /** Those that were seen most, first. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(3)
        .map(each -> each.getValue() + " " + each.getKey())
        .collect(Collectors.joining(", "));
  }
}
