package io.usher.initializer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The workloads whose Pods are being replaced, a bounded number at a time. Thread-safe. */
final class Rollouts {

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final LiveObjects objects;
  private final int most;
  private final Duration timeout;
  private final Ticker ticker;
  private final Pause pause;

  /** Since when. */
  private final Map<ObjectKey, Long> running = new LinkedHashMap<>();

  /**
   * No workloads yet.
   *
   * @param most at a time; 0 for no bound
   */
  Rollouts(LiveObjects objects, int most, Duration timeout, Ticker ticker, Pause pause) {
    this.objects = objects;
    this.most = most;
    this.timeout = timeout;
    this.ticker = ticker;
    this.pause = pause;
  }

  /** The template of this workload's Pods was changed. */
  synchronized void began(ObjectKey workload) {
    if (most > 0) {
      running.put(workload, ticker.nanos());
    }
  }

  /**
   * Waits until one more workload may be changed. Who changes it holds this object's lock until it
   * has begun.
   *
   * @return those that took too long; they are not waited for any more
   */
  synchronized List<Result> awaitRoom() throws IOException, InterruptedException {
    return await(most);
  }

  /** The same for all workloads that were changed. */
  synchronized List<Result> awaitAll() throws IOException, InterruptedException {
    return await(1);
  }

  private List<Result> await(int below) throws IOException, InterruptedException {
    var late = new ArrayList<Result>();
    look(late);
    while (!running.isEmpty() && running.size() >= below) {
      pause.await(BETWEEN_LOOKS);
      look(late);
    }
    return late;
  }

  private void look(List<Result> late) throws IOException, InterruptedException {
    for (Iterator<Map.Entry<ObjectKey, Long>> i = running.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<ObjectKey, Long> each = i.next();
      ObjectNode workload = objects.get(each.getKey());
      if (workload == null || isDone(workload)) {
        i.remove();
      } else if (ticker.nanos() - each.getValue() > timeout.toNanos()) {
        i.remove();
        late.add(
            new Result(
                each.getKey(),
                Outcome.FAILED,
                "it was changed, and its Pods are not replaced after %d s"
                    .formatted(timeout.toSeconds())));
      }
    }
  }

  /**
   * Whether all Pods are of the new template and available, as {@code kubectl rollout status} tells
   * it; also where nothing replaces them now.
   */
  static boolean isDone(JsonNode workload) {
    JsonNode spec = workload.path("spec");
    JsonNode status = workload.path("status");
    if (spec.path("paused").asBoolean()
        || spec.at("/updateStrategy/type").asText().equals("OnDelete")) {
      return true;
    }
    if (status.path("observedGeneration").asLong() < workload.at("/metadata/generation").asLong()) {
      return false;
    }
    Optional<JsonNode> scheduled = status.optional("desiredNumberScheduled");
    if (scheduled.isPresent()) {
      int desired = scheduled.get().asInt();
      return status.path("updatedNumberScheduled").asInt() >= desired
          && status.path("numberAvailable").asInt() >= desired;
    }
    int desired = spec.path("replicas").asInt(1);
    return status.path("updatedReplicas").asInt() >= desired
        && status.path("availableReplicas").asInt() >= desired
        && status.path("replicas").asInt() <= status.path("updatedReplicas").asInt();
  }
}
