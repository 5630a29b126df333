package io.usher.decisions;

import io.usher.admission.AdmissionRequest;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.StoredObject;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewObserver;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last decisions of this replica, bounded in number and bytes.
 *
 * <p>Reviews only write to a queue without locks, once they are answered. Whoever reads takes what
 * is there over into the log proper and gives it versions: so versions are in order, and no
 * decision appears below one that somebody has seen. Each of the two has half of the bounds.
 */
final class DecisionLog implements ReviewObserver.Some {

  private static final Logger LOG = LoggerFactory.getLogger(DecisionLog.class);

  /** What a decision takes beside its JSON, about. */
  private static final int OVERHEAD_BYTES = 200;

  private final DecisionWriter writer;
  private final VersionClock versions;
  private final Clock clock;
  private final int mostDecisions;
  private final long mostBytes;

  private final Queue<DecisionWriter.Written> incoming = new ConcurrentLinkedQueue<>();
  private final AtomicInteger incomingCount = new AtomicInteger();
  private final AtomicLong incomingBytes = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final Set<ObjectSource.Follower> followers = ConcurrentHashMap.newKeySet();

  /** Oldest first; guarded by this object, as is all below. */
  private final Deque<StoredObject> log = new ArrayDeque<>();

  private long logBytes;
  private long lostSeen;

  /** No decision of a later version is missing. */
  private long oldest;

  /**
   * @param replica what this one is called
   * @param mostDecisions that are kept
   * @param mostBytes that they may take
   */
  DecisionLog(
      String replica, VersionClock versions, Clock clock, int mostDecisions, long mostBytes) {
    writer = new DecisionWriter(replica);
    this.versions = versions;
    this.clock = clock;
    this.mostDecisions = mostDecisions;
    this.mostBytes = mostBytes / 2;
  }

  @Override
  public void reviewFinished(FinishedReview review) {
    if (!(review.request() instanceof AdmissionRequest request)) {
      return;
    }
    try {
      add(writer.write(review, request, written.incrementAndGet(), clock.instant()));
    } catch (RuntimeException e) {
      LOG.error("{}: a decision can't be written down", review.webhook(), e);
    }
  }

  private void add(DecisionWriter.Written decision) {
    incoming.add(decision);
    int count = incomingCount.incrementAndGet();
    long bytes = incomingBytes.addAndGet(bytes(decision));
    while (count > mostDecisions || bytes > mostBytes) {
      DecisionWriter.Written first = take();
      if (first == null) {
        return;
      }
      lost.incrementAndGet();
      count = incomingCount.get();
      bytes = incomingBytes.get();
    }
  }

  private DecisionWriter.@Nullable Written take() {
    DecisionWriter.Written first = incoming.poll();
    if (first != null) {
      incomingCount.decrementAndGet();
      incomingBytes.addAndGet(-bytes(first));
    }
    return first;
  }

  private static long bytes(DecisionWriter.Written decision) {
    return decision.draft().json().length + OVERHEAD_BYTES;
  }

  /** The decisions of one moment. */
  record Seen(List<StoredObject> decisions, long oldest) {

    Seen {
      decisions = List.copyOf(decisions);
    }
  }

  /** The version as of now, later than another one: every decision that is made now is later. */
  synchronized long mark(long version) {
    takeOver();
    versions.now();
    return versions.advance(version);
  }

  /** The decisions up to a version; none that comes later will have one of these versions. */
  synchronized Seen upTo(long version) {
    versions.advance(version);
    return new Seen(
        log.stream().filter(each -> each.version() <= version).toList(), Math.min(oldest, version));
  }

  /**
   * Tells of each decision after a version, those that are there before this returns.
   *
   * @param follower called by one thread at a time; must not wait
   * @return ends it
   */
  synchronized Runnable follow(long version, ObjectSource.Follower follower) {
    takeOver();
    if (version < oldest) {
      follower.ended(gone(version));
      return () -> {};
    }
    log.stream().filter(each -> each.version() > version).forEach(each -> tell(follower, each));
    followers.add(follower);
    return () -> followers.remove(follower);
  }

  private Status gone(long version) {
    return new CompactedException(version, oldest).status();
  }

  private static void tell(ObjectSource.Follower follower, StoredObject decision) {
    follower.changed(new Change(null, decision, false));
  }

  /** Tells followers of what has come; called from time to time. */
  void tell() {
    if (!followers.isEmpty()) {
      synchronized (this) {
        takeOver();
      }
    }
  }

  private void takeOver() {
    long lostBefore = lost.get();
    var taken = new ArrayList<StoredObject>();
    DecisionWriter.Written next;
    while (taken.size() < mostDecisions && (next = take()) != null) {
      StoredObject decision =
          StoredObject.of(next.key(), versions.next(), next.draft(), EventType.ADDED);
      taken.add(decision);
      log.addLast(decision);
      logBytes += decision.length() + OVERHEAD_BYTES;
    }
    while (log.size() > mostDecisions || logBytes > mostBytes) {
      StoredObject first = Objects.requireNonNull(log.pollFirst());
      logBytes -= first.length() + OVERHEAD_BYTES;
      oldest = first.version();
    }
    if (lostBefore > lostSeen) {
      // They came before those that are taken over now, and never had a version.
      lostSeen = lostBefore;
      oldest = Math.max(oldest, taken.isEmpty() ? versions.now() : taken.get(0).version() - 1);
      followers.forEach(each -> each.ended(gone(0)));
      followers.clear();
    }
    taken.forEach(each -> followers.forEach(follower -> tell(follower, each)));
  }
}
