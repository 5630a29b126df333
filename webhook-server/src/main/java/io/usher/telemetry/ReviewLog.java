package io.usher.telemetry;

import io.usher.admission.AdmissionRequest;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each decision in a line of its own, and what goes wrong with rules. Of a request it tells
 * the uid, and what it is about when a rule fails: never the object.
 */
public final class ReviewLog implements ReviewObserver.Some {

  /** The logger of decisions. */
  public static final String DECISIONS = "io.usher.decisions";

  private final boolean logsDecisions;
  private final Logger decisions = LoggerFactory.getLogger(DECISIONS);
  private final Logger log = LoggerFactory.getLogger(ReviewLog.class);

  /**
   * A log of what goes wrong.
   *
   * @param decisions whether each decision is logged, too
   */
  public ReviewLog(boolean decisions) {
    logsDecisions = decisions;
  }

  @Override
  public void reviewFinished(FinishedReview review) {
    if (!logsDecisions
        || !decisions.isInfoEnabled()
        || !(review.request() instanceof AdmissionRequest request)) {
      return;
    }
    var line =
        decisions
            .atInfo()
            .addKeyValue("uid", request.uid())
            .addKeyValue("webhook", review.webhook())
            .addKeyValue(
                "phase",
                review.review().endpoint().phase() == Phase.MUTATING ? "mutating" : "validating")
            .addKeyValue("decision", review.outcome().name().toLowerCase(Locale.ROOT));
    if (review.rule() != null) {
      line = line.addKeyValue("rule", review.rule());
    }
    line.addKeyValue("durationMicros", review.nanos() / 1_000)
        .addKeyValue("patchOperations", review.patchOperations())
        .addKeyValue("answerBytes", review.answerBytes())
        .log("review");
  }

  @Override
  public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
    log.error("{}: review {} failed", review.endpoint().webhook(), what, cause);
  }

  @Override
  public void ruleFailed(
      ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
    log.warn(
        "{}: rule {} failed on {}, {}",
        review.endpoint().webhook(),
        rule,
        what,
        skipped ? "and is skipped" : "and the call fails",
        cause);
  }

  @Override
  public void ruleHung(ReviewIdentity review, String rule, int hungThreads, Thread thread) {
    var stack = new Throwable("the stack of " + thread.getName());
    stack.setStackTrace(thread.getStackTrace());
    log.warn(
        "{}: {} threads hang in rule {}", review.endpoint().webhook(), hungThreads, rule, stack);
  }

  @Override
  public void ruleReleased(ReviewIdentity review, String rule, int hungThreads) {
    log.info(
        "{}: a thread came back from rule {}, {} still hang",
        review.endpoint().webhook(),
        rule,
        hungThreads);
  }

  @Override
  public void circuitChanged(Endpoint endpoint, String rule, boolean open) {
    log.warn(
        "{}: rule {} is {}", endpoint.webhook(), rule, open ? "not tried any more" : "tried again");
  }

  @Override
  public void fatal(String what, @Nullable Throwable cause) {
    log.error("the process must be replaced: {}", what, cause);
  }
}
