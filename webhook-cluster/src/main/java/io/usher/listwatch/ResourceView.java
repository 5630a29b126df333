package io.usher.listwatch;

import io.usher.engine.Ticker;
import io.usher.view.Snapshot;
import io.usher.view.StoredObject;
import io.usher.view.ViewSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects of one resource, as far as the API server has told of them. Thread-safe. */
final class ResourceView implements Sink {

  private static final Logger LOG = LoggerFactory.getLogger(ResourceView.class);

  private final ViewSpec spec;
  private final ViewListener listener;
  private final Snapshot empty;
  private final DeltaFifo fifo;
  private final Executor executor;
  private final Ticker ticker;

  /** Null until the first list is whole. */
  private volatile @Nullable Moment moment;

  /** What was read did not get into the view: only a list makes it whole again. */
  private volatile boolean broken;

  /** The same, as the thread that applies knows it; the hand-over of the queue guards it. */
  private boolean lost;

  private volatile String problem = "not listed yet";

  ResourceView(
      ViewSpec spec,
      ViewListener listener,
      ListWatchSettings settings,
      Executor executor,
      Ticker ticker) {
    this.spec = spec;
    this.listener = listener;
    this.empty = Snapshot.empty(spec);
    this.fifo = new DeltaFifo(settings.maxDeltas(), settings.maxDeltaBytes());
    this.executor = executor;
    this.ticker = ticker;
  }

  /**
   * The objects, and when the API server last told of them.
   *
   * @param heardNanos by the ticker
   */
  record Moment(Snapshot snapshot, long heardNanos) {

    Duration age(Ticker ticker) {
      return Duration.ofNanos(Math.max(0, ticker.nanos() - heardNanos));
    }
  }

  @Override
  public ViewSpec spec() {
    return spec;
  }

  @Nullable Moment moment() {
    return moment;
  }

  @Override
  public Listing list() {
    var objects = new ArrayList<StoredObject>();
    return new Listing() {
      @Override
      public void add(StoredObject object) {
        objects.add(known(object));
      }

      @Override
      public void pageRead() {
        // Half a list shows nobody anything.
      }

      @Override
      public void end() throws InterruptedException {
        tell(new Delta.Listed(objects));
      }
    };
  }

  /** What the view has already of what is listed again, so that it is in memory once. */
  private StoredObject known(StoredObject listed) {
    Moment now = moment;
    StoredObject before =
        now == null ? null : now.snapshot().get(listed.namespace(), listed.name());
    return before != null && before.resourceVersion().equals(listed.resourceVersion())
        ? before
        : listed;
  }

  /** What stands in the way, for messages. */
  String problem() {
    return problem;
  }

  @Override
  public void problem(String what) {
    problem = what;
  }

  /**
   * Takes what the API server told; waits while too much is not applied yet.
   *
   * @throws IllegalStateException when what was told before did not get into the view
   */
  @Override
  public void tell(Delta delta) throws InterruptedException {
    if (delta instanceof Delta.Listed) {
      broken = false;
    } else if (broken) {
      throw new IllegalStateException("changes were lost; all objects are listed again");
    }
    if (fifo.put(new DeltaFifo.Timed(delta, ticker.nanos()))) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    for (var batch = fifo.take(); !batch.isEmpty(); batch = fifo.take()) {
      try {
        apply(batch);
      } catch (Throwable e) {
        lost = true;
        broken = true;
        LOG.error("the view of {} lost changes, and lists again", spec.label(), e);
      }
    }
  }

  /** All at once: nobody sees the moments between, but who listens is told each change. */
  private void apply(List<DeltaFifo.Timed> batch) {
    Moment before = moment;
    Snapshot snapshot = before == null ? null : before.snapshot();
    boolean whole = !lost;
    var changes = new ArrayList<Runnable>();
    for (DeltaFifo.Timed each : batch) {
      whole |= each.delta() instanceof Delta.Listed;
      if (whole) {
        Snapshot next = each.delta().apply(snapshot, empty);
        if (listener != ViewListener.NONE) {
          each.delta()
              .compare(
                  snapshot == null ? empty : snapshot,
                  next,
                  (old, now) -> changes.add(() -> listener.changed(spec.resource(), old, now)));
        }
        snapshot = next;
      }
    }
    if (whole && snapshot != null) {
      moment = new Moment(snapshot, batch.get(batch.size() - 1).nanos());
      lost = false;
      changes.forEach(Runnable::run);
    }
  }
}
