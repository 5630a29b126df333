package io.usher.listwatch;

import java.util.ArrayList;
import java.util.List;

/**
 * What was read and is not applied yet, in order. When it is full the reader waits, so that the API
 * server does.
 */
final class DeltaFifo {

  private final int maxDeltas;
  private final int maxBytes;
  private List<Timed> waiting = new ArrayList<>();
  private int bytes;
  private boolean drained;

  DeltaFifo(int maxDeltas, int maxBytes) {
    this.maxDeltas = maxDeltas;
    this.maxBytes = maxBytes;
  }

  /**
   * A delta.
   *
   * @param nanos when it arrived
   */
  record Timed(Delta delta, long nanos) {}

  /**
   * Adds a delta as soon as there is room.
   *
   * @return whether nobody takes deltas out now: the caller sees to it
   */
  synchronized boolean put(Timed added) throws InterruptedException {
    while (!waiting.isEmpty()
        && (waiting.size() >= maxDeltas || bytes + added.delta().bytes() > maxBytes)) {
      wait();
    }
    waiting.add(added);
    bytes += added.delta().bytes();
    boolean idle = !drained;
    drained = true;
    return idle;
  }

  /** Takes all that waits; when that is nothing, the caller is done. */
  synchronized List<Timed> take() {
    List<Timed> taken = waiting;
    waiting = new ArrayList<>();
    bytes = 0;
    drained = !taken.isEmpty();
    notifyAll();
    return taken;
  }
}
