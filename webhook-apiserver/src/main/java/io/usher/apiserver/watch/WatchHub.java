package io.usher.apiserver.watch;

import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells the watchers of one resource of its changes. A change is looked at once, whoever watches,
 * and offered to those alone that watch its namespace or all.
 */
final class WatchHub {

  /** The watchers of all namespaces. */
  private static final String EVERYWHERE = "";

  /** Watchers that one task sends to: a task for each costs as much as what it sends. */
  private static final int AT_A_TIME = 32;

  /** kube-apiserver sends the last bookmark so long before the end. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final Storage storage;
  private final GroupResource resource;
  private final Executor executor;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** Guarded by this object, as is {@link #told}. */
  private final Map<String, Set<Watcher>> watchers = new HashMap<>();

  /** Every change up to this version has been offered. */
  private long told;

  WatchHub(Storage storage, GroupResource resource, Executor executor) {
    this.storage = storage;
    this.resource = resource;
    this.executor = executor;
    told = storage.version();
    storage.onChange(resource, this::changed);
  }

  private void changed() {
    if (scheduled.compareAndSet(false, true)) {
      executor.execute(this::tell);
    }
  }

  private void tell() {
    scheduled.set(false);
    synchronized (this) {
      tellPending();
    }
  }

  private void tellPending() {
    // Read first: every change up to this version is in the history by now.
    long version = storage.version();
    if (watchers.isEmpty()) {
      told = Math.max(told, version);
      return;
    }
    var woken = new ArrayList<Watcher>();
    try {
      for (Change change : storage.changesAfter(resource, told)) {
        offer(change, woken);
        told = change.version();
      }
      told = Math.max(told, version);
    } catch (CompactedException e) {
      // Writers were faster than this thread for as long as the history is.
      all().forEach(watcher -> watcher.expired(e));
      told = version;
    }
    for (int i = 0; i < woken.size(); i += AT_A_TIME) {
      List<Watcher> some = woken.subList(i, Math.min(i + AT_A_TIME, woken.size()));
      executor.execute(() -> some.forEach(Watcher::send));
    }
  }

  private void offer(Change change, List<Watcher> woken) {
    var before = change.before() == null ? null : new StoredTree(change.before());
    var after = new StoredTree(change.object());
    String namespace = change.object().namespace();
    for (String watched :
        namespace.isEmpty() ? Set.of(EVERYWHERE) : Set.of(EVERYWHERE, namespace)) {
      for (Watcher each : watchers.getOrDefault(watched, Set.of())) {
        if (each.offer(change, before, after)) {
          woken.add(each);
        }
      }
    }
  }

  /** Begins a watcher's stream, with nothing left out and nothing told twice. */
  void add(Watcher watcher) {
    synchronized (this) {
      tellPending();
      WatchSpec spec = watcher.spec();
      try {
        switch (spec.start()) {
          case NOW -> {}
          case STATE -> watcher.begin(storage.snapshot(resource, told));
          case AFTER -> watcher.begin(toldAfter(spec.after()));
        }
        watchers.computeIfAbsent(spec.namespace(), each -> new LinkedHashSet<>()).add(watcher);
      } catch (CompactedException e) {
        watcher.expired(e);
      }
    }
    watcher.begun();
  }

  /** The changes that the watchers have been offered since a version. */
  private List<Change> toldAfter(long version) {
    List<Change> changes = storage.changesAfter(resource, version);
    int count = changes.size();
    while (count > 0 && changes.get(count - 1).version() > told) {
      count--;
    }
    return changes.subList(0, count);
  }

  void remove(Watcher watcher) {
    synchronized (this) {
      String namespace = watcher.spec().namespace();
      Set<Watcher> same = watchers.get(namespace);
      if (same != null && same.remove(watcher) && same.isEmpty()) {
        watchers.remove(namespace);
      }
    }
  }

  /** Tells each watcher that wants to know up to which version it has seen all. */
  synchronized void bookmark() {
    tellPending();
    all().forEach(watcher -> watcher.bookmark(told));
  }

  /** Ends the stream of one watcher, with a last bookmark unless it was too short for one. */
  synchronized void end(Watcher watcher) {
    tellPending();
    if (watcher.spec().timeout().compareTo(SHORT) > 0) {
      watcher.bookmark(told);
    }
    watcher.end();
  }

  synchronized List<Watcher> all() {
    var all = new ArrayList<Watcher>();
    watchers.values().forEach(all::addAll);
    return all;
  }
}
