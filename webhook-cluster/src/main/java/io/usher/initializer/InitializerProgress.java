package io.usher.initializer;

import io.usher.admission.GroupVersionResource;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How far an Initializer that keeps objects has come. Thread-safe. */
public final class InitializerProgress {

  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
  private final Set<GroupVersionResource> unlisted = ConcurrentHashMap.newKeySet();
  private final Set<ObjectKey> retries = ConcurrentHashMap.newKeySet();

  /** Nothing was done, and nothing is to be done. */
  public InitializerProgress() {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
    }
  }

  void begin(Collection<GroupVersionResource> resources) {
    unlisted.addAll(resources);
  }

  /** All objects of the resource were looked at once. */
  void listed(GroupVersionResource resource) {
    unlisted.remove(resource);
  }

  void add(Outcome outcome) {
    of(outcome).increment();
  }

  /** Those that are to be looked at again. */
  Set<ObjectKey> retries() {
    return retries;
  }

  /** Nothing more is done. */
  void end() {
    unlisted.clear();
    retries.clear();
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
