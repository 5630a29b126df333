package io.usher.leader;

import io.fabric8.kubernetes.client.KubernetesClient;

/** The time for which a replica leads, as its tasks see it. Thread-safe. */
public interface Leadership {

  /** Whether the replica leads now; once false, it stays so. */
  boolean held();

  /**
   * A client for what the task reads and writes, until it returns. While the leadership is not held
   * it sends nothing but GET: other requests throw {@link NotLeaderException}. It tries nothing a
   * second time.
   */
  KubernetesClient client();
}
