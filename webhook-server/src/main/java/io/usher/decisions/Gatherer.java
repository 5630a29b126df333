package io.usher.decisions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;
import io.usher.decisions.Peers.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Asks all replicas for what they have, in two rounds and within a second.
 *
 * <p>In the first each says its version as of now; the latest of them is the list's. In the second
 * each tells what it has up to there, and promises that all it will ever have beside that is later.
 */
final class Gatherer {

  private static final Duration MARK_TIME = Duration.ofMillis(450);
  private static final Duration WHOLE_TIME = Duration.ofMillis(950);

  private static final Duration LEAST_TIME = Duration.ofMillis(50);

  /** So many at a time: each holds what all replicas have. */
  private static final int AT_ONCE = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Replica replica;
  private final Supplier<Collection<Peer>> peers;
  private final PeerClient client;
  private final Semaphore permits = new Semaphore(AT_ONCE);

  Gatherer(Replica replica, Supplier<Collection<Peer>> peers, PeerClient client) {
    this.replica = replica;
    this.peers = peers;
    this.client = client;
  }

  /**
   * What all replicas have.
   *
   * @param version of the list
   * @param answers lines, by replica; without this one
   * @param missing why others did not answer, by replica
   */
  record Collected(long version, Map<String, List<byte[]>> answers, Map<String, String> missing) {

    /** What a client is told of those that did not answer. */
    List<String> warnings() {
      return missing.entrySet().stream()
          .map(
              each ->
                  "replica %s did not answer %s: what it has is missing"
                      .formatted(each.getKey(), each.getValue()))
          .toList();
    }
  }

  /**
   * Collects lines.
   *
   * @param path without its number
   */
  CompletionStage<Collected> collect(String path) {
    if (!permits.tryAcquire()) {
      throw new ApiException(
          Status.tooManyRequests("too many ask the replicas at once; please try again", 1));
    }
    try {
      return collectNow(path).whenComplete((collected, failure) -> permits.release());
    } catch (RuntimeException e) {
      permits.release();
      throw e;
    }
  }

  private CompletionStage<Collected> collectNow(String path) {
    long begun = System.nanoTime();
    long own = replica.mark(0);
    Map<Peer, Long> marks = new ConcurrentHashMap<>();
    Map<String, String> missing = new ConcurrentSkipListMap<>();
    Collection<Peer> asked = List.copyOf(peers.get());
    return all(asked, peer -> mark(peer, own), marks, missing)
        .thenCompose(
            done -> {
              long version = marks.values().stream().reduce(own, Math::max);
              Map<Peer, List<byte[]>> answers = new ConcurrentHashMap<>();
              Duration left = left(begun);
              return all(
                      marks.keySet(),
                      peer -> client.lines(peer, path + version, left),
                      answers,
                      missing)
                  .thenApply(
                      all -> {
                        Map<String, List<byte[]>> byName = new ConcurrentSkipListMap<>();
                        answers.forEach((peer, lines) -> byName.put(peer.name(), lines));
                        return new Collected(version, byName, missing);
                      });
            });
  }

  /** A machine that stood still gets a little more. */
  private static Duration left(long begun) {
    Duration left = WHOLE_TIME.minusNanos(System.nanoTime() - begun);
    return left.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : left;
  }

  private CompletableFuture<Long> mark(Peer peer, long own) {
    return client
        .lines(peer, PeerHandler.MARK + own, MARK_TIME)
        .thenApply(
            lines -> {
              long version = lines.isEmpty() ? 0 : parsed(lines.get(0)).path("version").asLong();
              if (version < own || replica.isFarAhead(version)) {
                throw new IllegalStateException("its clock is more than an hour ahead");
              }
              return version;
            });
  }

  static JsonNode parsed(byte[] line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks one peer. */
  private interface Question<T> {
    CompletableFuture<T> ask(Peer peer);
  }

  private static <T> CompletableFuture<Void> all(
      Collection<Peer> peers,
      Question<T> question,
      Map<Peer, T> answers,
      Map<String, String> missing) {
    return CompletableFuture.allOf(
        peers.stream()
            .map(
                peer ->
                    question
                        .ask(peer)
                        .handle(
                            (answer, failure) -> {
                              if (failure == null) {
                                answers.put(peer, answer);
                              } else {
                                missing.put(peer.name(), PeerClient.reason(failure));
                              }
                              return null;
                            }))
            .toArray(CompletableFuture[]::new));
  }
}
