package io.usher.engine;

import io.usher.cluster.Lister;
import io.usher.cluster.LiveReadException;
import io.usher.cluster.Read;
import io.usher.cluster.StaleViewException;
import org.jspecify.annotations.Nullable;

/** Where what rules read of the cluster comes from. Thread-safe. */
@FunctionalInterface
public interface ClusterViews {

  /** Has no view of anything. */
  ClusterViews NONE =
      read -> {
        throw new StaleViewException(
            "nothing reads " + read.resource().resource() + " of a cluster here");
      };

  /**
   * The objects of a declared read, as they are at this moment: what comes later does not change
   * them.
   *
   * @throws StaleViewException when the view was never filled, or is too old for this read
   */
  Lister<?> now(Read read);

  /**
   * What the API server itself answers: the JSON of an object or of a list, or what is behind its
   * proxy. Not to be changed.
   *
   * @param deadline of the rule that asks
   * @return null when there is no such object
   * @throws LiveReadException when there is no answer in time, or it is refused
   */
  default byte @Nullable [] answer(LiveQuestion question, Deadline deadline) {
    throw new LiveReadException("nobody answers GET " + question.path() + " here");
  }
}
