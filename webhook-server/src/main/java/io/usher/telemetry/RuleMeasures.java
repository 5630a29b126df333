package io.usher.telemetry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one process has counted of a rule since it serves it.
 *
 * @param returned calls that returned, normally and in time
 * @param failed calls that threw, or whose time passed
 * @param upTo of those that returned: how many took no longer than each bound of the metrics'
 *     buckets, in their order
 * @param hungThreads that the rule has not given back
 * @param circuitOpen whether it is not tried now
 */
public record RuleMeasures(
    long returned, long failed, List<Long> upTo, int hungThreads, boolean circuitOpen) {

  public RuleMeasures {
    upTo = List.copyOf(upTo);
  }

  /** Those of two processes together; buckets of another version of the server don't count. */
  public RuleMeasures plus(RuleMeasures other) {
    var sums = new ArrayList<>(upTo);
    boolean same = upTo.size() == other.upTo.size();
    for (int i = 0; same && i < sums.size(); i++) {
      sums.set(i, sums.get(i) + other.upTo.get(i));
    }
    return new RuleMeasures(
        returned + other.returned,
        failed + other.failed,
        sums,
        hungThreads + other.hungThreads,
        circuitOpen || other.circuitOpen);
  }

  /**
   * The time that this share of the calls took at most, as Prometheus estimates it: within a bucket
   * the calls are spread evenly. Null without calls; the last bound for what took longer.
   *
   * @param share 0.99 for p99
   */
  public @Nullable Duration quantile(double share) {
    Duration[] bounds = Meters.REVIEW_BUCKETS;
    if (returned == 0 || upTo.size() != bounds.length) {
      return null;
    }
    double rank = share * returned;
    for (int i = 0; i < bounds.length; i++) {
      if (upTo.get(i) >= rank) {
        long below = i == 0 ? 0 : upTo.get(i - 1);
        long from = i == 0 ? 0 : bounds[i - 1].toNanos();
        double within = (rank - below) / (upTo.get(i) - below);
        return Duration.ofNanos(from + (long) (within * (bounds[i].toNanos() - from)));
      }
    }
    return bounds[bounds.length - 1];
  }
}
