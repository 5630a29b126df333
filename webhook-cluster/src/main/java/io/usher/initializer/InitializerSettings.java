package io.usher.initializer;

import java.time.Duration;

/**
 * How objects are changed.
 *
 * @param dryRun the API server checks each change and stores none
 * @param force objects are changed though the rules would change their own result
 * @param maxPerSecond the most changes in a second; 0 for no bound
 * @param maxUnavailable the most workloads whose Pods are replaced at a time; 0 for no bound
 * @param rolloutTimeout how long the replacement of a workload's Pods may take
 */
public record InitializerSettings(
    boolean dryRun,
    boolean force,
    double maxPerSecond,
    int maxUnavailable,
    Duration rolloutTimeout) {

  /** One workload at a time, ten minutes each, and else as fast as the API server answers. */
  public static final InitializerSettings DEFAULT =
      new InitializerSettings(false, false, 0, 1, Duration.ofMinutes(10));

  public InitializerSettings {
    if (maxPerSecond < 0 || maxUnavailable < 0) {
      throw new IllegalArgumentException("a bound is 0, for none, or more");
    }
  }
}
