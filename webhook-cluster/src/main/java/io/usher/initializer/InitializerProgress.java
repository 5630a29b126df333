package io.usher.initializer;

import io.usher.admission.GroupVersionResource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How far an Initializer that keeps objects has come. Thread-safe. */
public final class InitializerProgress {

  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
  private final Set<GroupVersionResource> unlisted = ConcurrentHashMap.newKeySet();
  private volatile Collection<?> retries = List.of();

  /** Nothing was done, and nothing is to be done. */
  public InitializerProgress() {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  /**
   * A run begins.
   *
   * @param failed the objects that are to be looked at again, at any time
   */
  void begin(Collection<GroupVersionResource> resources, Collection<?> failed) {
    unlisted.addAll(resources);
    retries = failed;
  }

  /** All objects of the resource were looked at once. */
  void listed(GroupVersionResource resource) {
    unlisted.remove(resource);
  }

  void add(Outcome outcome) {
    of(outcome).increment();
  }

  /** Nothing more is done. */
  void end() {
    unlisted.clear();
    retries = List.of();
  }

  /** How many objects came out so since the start; one that was looked at again counts again. */
  public long count(Outcome outcome) {
    return of(outcome).sum();
  }

  /** Of how many resources not all objects were looked at yet. */
  public int unlisted() {
    return unlisted.size();
  }

  /** How many objects failed, and are looked at again. */
  public int retrying() {
    return retries.size();
  }

  private LongAdder of(Outcome outcome) {
    return Objects.requireNonNull(counts.get(outcome));
  }
}
