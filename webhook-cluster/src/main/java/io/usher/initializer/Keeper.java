package io.usher.initializer;

import io.usher.admission.GroupVersionResource;
import io.usher.listwatch.ObjectVisitor;
import io.usher.view.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps objects as the rules want them: what lists and watches tell is changed at once, and what
 * failed is tried again later. Nothing is kept of an object but that it is to be tried again.
 */
final class Keeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  /** Above this, an object that failed waits for its next change, or the next list. */
  private static final int MOST_RETRIES = 10_000;

  private static final int SHORTEST_RETRY_SECONDS = 1;
  private static final int LONGEST_RETRY_SECONDS = 300;

  private final MutatorChain chain;
  private final PatchApplier applier;
  private final ScheduledExecutorService timer;
  private final InitializerProgress progress;
  private final List<Future<?>> watches = new ArrayList<>();
  private final Set<ObjectKey> retries = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Keeper(
      Collection<GroupVersionResource> resources,
      MutatorChain chain,
      PatchApplier applier,
      ScheduledExecutorService timer,
      InitializerProgress progress) {
    this.chain = chain;
    this.applier = applier;
    this.timer = timer;
    this.progress = progress;
    progress.begin(resources, retries);
  }

  void add(Future<?> watch) {
    watches.add(watch);
  }

  ObjectVisitor visitor(GroupVersionResource resource) {
    var todo = new ArrayList<ObjectPatch>();
    return new ObjectVisitor() {
      @Override
      public void visit(StoredObject object) {
        Plan plan = chain.plan(resource, object.tree());
        Result without = applier.without(plan);
        if (without == null) {
          todo.add(((Plan.Change) plan).patch());
        } else {
          done(without, SHORTEST_RETRY_SECONDS);
        }
      }

      @Override
      public void settle() throws InterruptedException {
        List<ObjectPatch> now = List.copyOf(todo);
        todo.clear();
        for (ObjectPatch each : now) {
          each.warnings().forEach(warning -> LOG.warn("{}: {}", each.object(), warning));
          applier.apply(each).forEach(result -> done(result, SHORTEST_RETRY_SECONDS));
        }
      }

      @Override
      public void end() {
        progress.listed(resource);
      }
    };
  }

  private void done(Result result, int retrySeconds) {
    progress.add(result.outcome());
    switch (result.outcome()) {
      case FAILED -> {
        LOG.warn("{} is not changed: {}", result.object(), result.why());
        retry(result.object(), retrySeconds);
      }
      case REFUSED, UNDONE, NOT_IDEMPOTENT ->
          LOG.warn("{} is left alone: {}", result.object(), result.why());
      case OWNED, DENIED -> LOG.debug("{} is left alone: {}", result.object(), result.why());
      case CHANGED -> LOG.info("{} was changed as the rules want it", result.object());
      case RIGHT, GONE, DELETING -> {}
    }
  }

  private void retry(ObjectKey key, int seconds) {
    if (closed || retries.size() >= MOST_RETRIES || !retries.add(key)) {
      return;
    }
    try {
      timer.schedule(() -> again(key, seconds), seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // The process ends.
      retries.remove(key);
    }
  }

  private void again(ObjectKey key, int seconds) {
    retries.remove(key);
    if (closed) {
      return;
    }
    int next = Math.min(LONGEST_RETRY_SECONDS, seconds * 2);
    try {
      applier.reconsider(key).forEach(result -> done(result, next));
    } catch (IOException | RuntimeException e) {
      done(new Result(key, Outcome.FAILED, String.valueOf(e.getMessage())), next);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    watches.forEach(watch -> watch.cancel(true));
    progress.end();
  }
}
