package io.usher.leader;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which Lease is to be held, by whom, and how.
 *
 * @param namespace of the Lease; null for the Pod's, or that of the kubeconfig's context
 * @param name of the Lease
 * @param identity of this process, unlike that of any other process
 * @param leaseDuration after so long without a renewal others take the Lease; whole seconds
 * @param renewDeadline after so long without a renewal the holder stops
 * @param retryPeriod between two renewals; others look at the Lease 1 to 2.2 times as rarely
 */
public record LeaderElectionSettings(
    @Nullable String namespace,
    String name,
    String identity,
    Duration leaseDuration,
    Duration renewDeadline,
    Duration retryPeriod) {

  /**
   * Checks what the times must be to each other, as well.
   *
   * @throws IllegalArgumentException with the setting that is wrong
   */
  public LeaderElectionSettings {
    check(
        leaseDuration.getNano() == 0,
        "lease-duration: it must be whole seconds, not " + leaseDuration);
    check(
        renewDeadline.compareTo(leaseDuration) < 0,
        "renew-deadline: it must be less than lease-duration");
    // two renewals may fail
    check(
        retryPeriod.multipliedBy(3).compareTo(renewDeadline) <= 0,
        "retry-period: it must be a third of renew-deadline or less");
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
