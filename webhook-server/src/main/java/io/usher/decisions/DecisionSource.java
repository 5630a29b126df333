package io.usher.decisions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.StoredObject;
import io.usher.decisions.Peers.Peer;
import io.usher.json.LazyJson;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The decisions of all replicas. */
final class DecisionSource implements ObjectSource {

  /** Each follows every replica with a stream of its own. */
  private static final int MOST_FOLLOWERS = 16;

  private final Replica replica;
  private final Supplier<Collection<Peer>> peers;
  private final PeerClient client;
  private final Gatherer gatherer;
  private final Set<PeerFollow> follows = ConcurrentHashMap.newKeySet();

  DecisionSource(
      Replica replica, Supplier<Collection<Peer>> peers, PeerClient client, Gatherer gatherer) {
    this.replica = replica;
    this.peers = peers;
    this.client = client;
    this.gatherer = gatherer;
  }

  @Override
  public CompletionStage<Gathered> gather() {
    return gatherer
        .collect(PeerHandler.DECISIONS)
        .thenApply(
            collected -> {
              DecisionLog.Seen own = replica.decisions(collected.version());
              NavigableMap<String, StoredObject> all = new TreeMap<>();
              own.decisions().forEach(each -> all.put(each.key(), each));
              long oldest = own.oldest();
              for (List<byte[]> lines : collected.answers().values()) {
                oldest = Math.max(oldest, Gatherer.parsed(lines.get(0)).path("oldest").asLong());
                for (byte[] line : lines.subList(1, lines.size())) {
                  StoredObject decision = decision(line);
                  all.put(decision.key(), decision);
                }
              }
              return new Gathered(
                  new Snapshot(collected.version(), all), oldest, collected.warnings());
            });
  }

  /** A decision that another replica tells of. */
  static StoredObject decision(byte[] line) {
    ObjectNode object = LazyJson.object(line, 0, line.length);
    String key =
        StoredObject.key(
            object.path("metadata").path("namespace").asText(),
            object.path("metadata").path("name").asText());
    long version = object.path("metadata").path("resourceVersion").asLong();
    return StoredObject.of(key, version, Draft.of(object), EventType.ADDED);
  }

  @Override
  public Runnable follow(Gathered gathered, Follower follower) {
    if (follows.size() >= MOST_FOLLOWERS) {
      follower.ended(
          Status.tooManyRequests("too many watch decisions already; please try again", 10));
      return () -> {};
    }
    long version = gathered.objects().version();
    var follow = new PeerFollow(version, follower, peers, client);
    follows.add(follow);
    follow.look();
    Runnable own = replica.follow(version, follower);
    return () -> {
      own.run();
      follows.remove(follow);
      follow.end();
    };
  }

  /** Connects to replicas that are new, or that come back; called from time to time. */
  void look() {
    follows.forEach(PeerFollow::look);
  }
}
