package io.usher.apiserver.watch;

import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.StoredTree;
import java.util.concurrent.Executor;

/** A watcher of objects that are gathered. Changes that come at the same time are told in turn. */
record SourceWatch(GroupResource resource, Watcher watcher, Executor executor)
    implements ObjectSource.Follower {

  /** Begins the stream with what was gathered. */
  void begin(ObjectSource.Gathered gathered) {
    try {
      switch (watcher.spec().start()) {
        case NOW -> {}
        case STATE -> watcher.begin(gathered.objects());
        case AFTER -> watcher.begin(gathered.changesAfter(watcher.spec().after()));
      }
    } catch (CompactedException e) {
      watcher.expired(e);
    }
    watcher.begun();
  }

  @Override
  public void changed(Change change) {
    String namespace = watcher.spec().namespace();
    if (!namespace.isEmpty() && !namespace.equals(change.object().namespace())) {
      return;
    }
    var before = change.before() == null ? null : new StoredTree(change.before());
    boolean woken;
    synchronized (watcher) {
      woken = watcher.offer(change, before, new StoredTree(change.object()));
    }
    if (woken) {
      executor.execute(watcher::send);
    }
  }

  @Override
  public void ended(Status status) {
    watcher.end(status);
  }
}
