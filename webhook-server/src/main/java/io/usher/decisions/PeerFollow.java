package io.usher.decisions;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.StoredObject;
import io.usher.decisions.Peers.Peer;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Follows the decisions of the other replicas for one watcher: a stream to each, made again where
 * it ended as long as the replica is there.
 */
final class PeerFollow {

  /** A replica says every few seconds that it is there. */
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long version;
  private final ObjectSource.Follower follower;
  private final Supplier<Collection<Peer>> peers;
  private final PeerClient client;
  private final Map<Peer, Stream> streams = new HashMap<>();
  private boolean ended;

  /**
   * @param version after which decisions are told
   */
  PeerFollow(
      long version,
      ObjectSource.Follower follower,
      Supplier<Collection<Peer>> peers,
      PeerClient client) {
    this.version = version;
    this.follower = follower;
    this.peers = peers;
    this.client = client;
  }

  synchronized void look() {
    if (ended) {
      return;
    }
    Collection<Peer> now = peers.get();
    streams
        .entrySet()
        .removeIf(each -> !now.contains(each.getKey()) && each.getValue().end("it is gone"));
    for (Peer peer : now) {
      streams.computeIfAbsent(peer, Stream::new).look();
    }
  }

  synchronized void end() {
    ended = true;
    streams.values().forEach(each -> each.end("nobody watches any more"));
    streams.clear();
  }

  /** What one replica tells. */
  private final class Stream {
    private final Peer peer;
    private volatile long seen = version;
    private volatile boolean connected;
    private volatile long heardNanos;
    private volatile LineSubscriber lines = new LineSubscriber(this::take, Long.MAX_VALUE);

    Stream(Peer peer) {
      this.peer = peer;
      heardNanos = System.nanoTime() - PAUSE_NANOS;
    }

    void look() {
      long silent = System.nanoTime() - heardNanos;
      if (connected && silent > SILENT_NANOS) {
        end("it says nothing");
      } else if (!connected && silent >= PAUSE_NANOS) {
        connected = true;
        heardNanos = System.nanoTime();
        lines = new LineSubscriber(this::take, Long.MAX_VALUE);
        client
            .follow(peer, PeerHandler.FOLLOW + seen, lines)
            .whenComplete((done, failure) -> connected = false);
      }
    }

    private void take(byte[] line) {
      heardNanos = System.nanoTime();
      if (line.length == 0) {
        return;
      }
      JsonNode head = Gatherer.parsed(line);
      if (head.path("kind").asText().equals("Status")) {
        follower.ended(Status.expired(head.path("message").asText()));
        return;
      }
      StoredObject decision = DecisionSource.decision(line);
      seen = decision.version();
      follower.changed(new Change(null, decision, false));
    }

    boolean end(String why) {
      lines.end(new IOException(why));
      return true;
    }
  }
}
