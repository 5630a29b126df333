package io.usher.initializer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.listwatch.ApiStatusException;
import io.usher.rule.Outcome.Event;
import io.usher.write.EventRecorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes one change after another, and finds out what came of each. Thread-safe. */
final class PatchApplier {

  private static final EventRecorder.Source SOURCE =
      new EventRecorder.Source(LiveObjects.FIELD_MANAGER, "the Initializer");

  private static final int TOO_MANY_REQUESTS = 429;

  /** So often a change is tried that conflicts, or comes when the API server has too much to do. */
  private static final int MOST_TRIES = 5;

  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final MutatorChain chain;
  private final LiveObjects objects;
  private final EventRecorder events;
  private final PastChanges past;
  private final Rollouts rollouts;
  private final Pace pace;
  private final Pause pause;
  private final InitializerSettings settings;

  PatchApplier(
      MutatorChain chain,
      LiveObjects objects,
      EventRecorder events,
      PastChanges past,
      Rollouts rollouts,
      Pace pace,
      Pause pause,
      InitializerSettings settings) {
    this.chain = chain;
    this.objects = objects;
    this.events = events;
    this.past = past;
    this.rollouts = rollouts;
    this.pace = pace;
    this.pause = pause;
    this.settings = settings;
  }

  /**
   * Makes a change; the object itself is the last result, workloads that took too long come before.
   */
  List<Result> apply(ObjectPatch planned) throws InterruptedException {
    var results = new ArrayList<Result>();
    try {
      if (planned.restarts() && !settings.dryRun() && settings.maxUnavailable() > 0) {
        // Until it is known to have begun nobody else may take its room.
        synchronized (rollouts) {
          results.addAll(rollouts.awaitRoom());
          results.add(make(planned));
        }
      } else {
        results.add(make(planned));
      }
    } catch (IOException e) {
      results.add(new Result(planned.object(), Outcome.FAILED, reason(e)));
    }
    return results;
  }

  /** Waits for the Pods of all workloads that were changed; those that took too long. */
  List<Result> awaitRollouts() throws IOException, InterruptedException {
    return rollouts.awaitAll();
  }

  /** Plans a change anew, and makes it. */
  List<Result> reconsider(ObjectKey key) throws IOException, InterruptedException {
    ObjectNode now = objects.get(key);
    if (now == null) {
      return List.of(Result.of(key, Outcome.GONE));
    }
    Plan plan = chain.plan(key.resource(), now);
    Result without = without(plan);
    return without != null ? List.of(without) : apply(((Plan.Change) plan).patch());
  }

  /** What comes of an object that is not changed, or null. */
  @Nullable Result without(Plan plan) {
    if (plan instanceof Plan.Left left) {
      return new Result(left.object(), left.outcome(), left.why());
    }
    if (plan instanceof Plan.Change change) {
      return change.idempotent() || settings.force() ? null : notIdempotent(change);
    }
    return Result.of(plan.object(), Outcome.RIGHT);
  }

  private static Result notIdempotent(Plan.Change change) {
    return new Result(
        change.object(),
        Outcome.NOT_IDEMPOTENT,
        String.join(", ", change.patch().rules())
            + " would change it again, and again; write rules that leave their own result as it is");
  }

  private Result make(ObjectPatch planned) throws IOException, InterruptedException {
    ObjectPatch patch = planned;
    IOException last = null;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Result left = leftAlone(patch);
      if (left != null) {
        return left;
      }
      pace.await();
      try {
        return made(patch, objects.patch(patch));
      } catch (ApiStatusException e) {
        last = e;
        if (e.isNotFound()) {
          return Result.of(patch.object(), Outcome.GONE);
        }
        if (e.isInvalid()) {
          return refused(patch, reason(e));
        }
        if (e.code() == TOO_MANY_REQUESTS) {
          pause.await(wait(e.retryAfter()));
        } else if (!e.isConflict()) {
          throw e;
        }
      }
      ObjectNode now = objects.get(patch.object());
      if (now == null) {
        return Result.of(patch.object(), Outcome.GONE);
      }
      Plan plan = chain.plan(patch.object().resource(), now);
      Result without = without(plan);
      if (without != null) {
        return without;
      }
      patch = ((Plan.Change) plan).patch();
    }
    throw new IOException("tried " + MOST_TRIES + " times: " + reason(last), last);
  }

  private static Duration wait(Duration asked) {
    Duration atLeast = asked.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : asked;
    return atLeast.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atLeast;
  }

  private @Nullable Result leftAlone(ObjectPatch patch) throws InterruptedException {
    Outcome left = past.left(patch);
    if (left == null && past.isUndoneTooOften(patch)) {
      left = Outcome.UNDONE;
      past.leave(patch, left);
      warn(
          patch,
          "ChangeUndone",
          "Another controller undid the change of %s %d times; the object is left alone"
              .formatted(String.join(", ", patch.rules()), PastChanges.MOST_UNDONE));
    }
    return left == null
        ? null
        : new Result(
            patch.object(),
            left,
            left == Outcome.UNDONE
                ? "another controller undid the change " + PastChanges.MOST_UNDONE + " times"
                : "the API server has refused this change before");
  }

  private Result made(ObjectPatch patch, JsonNode now) throws InterruptedException {
    boolean stored = !now.at("/metadata/resourceVersion").asText().equals(patch.resourceVersion());
    if (!stored && !settings.dryRun()) {
      return refused(patch, "the API server stores nothing of the change");
    }
    if (!settings.dryRun()) {
      past.made(patch);
      if (patch.restarts()) {
        rollouts.began(patch.object());
      }
    }
    return Result.of(patch.object(), Outcome.CHANGED);
  }

  private Result refused(ObjectPatch patch, String why) throws InterruptedException {
    past.leave(patch, Outcome.REFUSED);
    warn(
        patch,
        "ChangeRefused",
        "The change of %s is not possible: %s".formatted(String.join(", ", patch.rules()), why));
    return new Result(patch.object(), Outcome.REFUSED, why);
  }

  private void warn(ObjectPatch patch, String reason, String message) throws InterruptedException {
    if (!settings.dryRun()) {
      events.record(
          SOURCE, patch.object().reference(), new Event(Event.Type.WARNING, reason, message));
    }
  }

  private static String reason(@Nullable Throwable e) {
    return e == null ? "" : String.valueOf(e.getMessage());
  }
}
