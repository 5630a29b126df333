package io.usher.apiserver.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls again after a fault that passes: five times in all, with the pauses of k8s.io/apiserver's
 * webhooks. The log has each new reason of failure once.
 */
public final class RetryingCaller implements ReviewCaller {

  /** Lets a thread wait. */
  @FunctionalInterface
  public interface Pause {
    void await(Duration duration) throws InterruptedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(RetryingCaller.class);

  private static final int CALLS = 5;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final double GROWTH = 1.5;
  private static final double JITTER = 0.2;

  private final ReviewCaller caller;
  private final String what;
  private final RandomGenerator random;
  private final Pause pause;
  private volatile String reported = "";

  /**
   * @param what is asked, for the log
   * @param pause waits between calls
   */
  public RetryingCaller(ReviewCaller caller, String what, RandomGenerator random, Pause pause) {
    this.caller = caller;
    this.what = what;
    this.random = random;
    this.pause = pause;
  }

  @Override
  public JsonNode call(ObjectNode review) throws ReviewException {
    double millis = FIRST_PAUSE_MILLIS;
    for (int calls = 1; ; calls++) {
      try {
        JsonNode answer = caller.call(review);
        if (!reported.isEmpty()) {
          reported = "";
          LOG.info("{} answers again", what);
        }
        return answer;
      } catch (ReviewException e) {
        if (!e.isTransient() || calls == CALLS) {
          report(e);
          throw e;
        }
      }
      try {
        pause.await(Duration.ofMillis((long) (millis * (1 + JITTER * random.nextDouble()))));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ReviewException("interrupted while waiting to call again", false);
      }
      millis *= GROWTH;
    }
  }

  private void report(ReviewException failure) {
    String reason = String.valueOf(failure.getMessage());
    if (!reason.equals(reported)) {
      reported = reason;
      LOG.warn("{} does not answer: {}", what, reason);
    }
  }
}
