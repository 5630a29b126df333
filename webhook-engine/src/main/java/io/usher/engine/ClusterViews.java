package io.usher.engine;

import io.usher.cluster.Lister;
import io.usher.cluster.Read;
import io.usher.cluster.StaleViewException;

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
}
