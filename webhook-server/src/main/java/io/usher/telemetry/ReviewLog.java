package io.usher.telemetry;

import io.usher.admission.AdmissionRequest;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewObserver;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each decision in a line of its own, and what goes wrong with rules. Of a request it tells
 * the uid, and what it is about when a rule fails: never the object.
 */
public final class ReviewLog implements ReviewObserver {

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
    if (!logsDecisions || !decisions.isInfoEnabled()) {
      return;
    }
    var line =
        decisions
            .atInfo()
            .addKeyValue("uid", review.request().uid())
            .addKeyValue("webhook", review.webhook())
            .addKeyValue("phase", review.mutating() ? "mutating" : "validating")
            .addKeyValue("decision", review.decision().name().toLowerCase(Locale.ROOT));
    if (review.rule() != null) {
      line = line.addKeyValue("rule", review.rule());
    }
    line.addKeyValue("durationMicros", review.nanos() / 1_000)
        .addKeyValue("patchOperations", review.patchOperations())
        .addKeyValue("answerBytes", review.answerBytes())
        .log("review");
  }

  @Override
  public void reviewFailed(String webhook, AdmissionRequest request, Throwable cause) {
    log.error("{}: review {} of {} failed", webhook, request.uid(), request.describe(), cause);
  }

  @Override
  public void ruleFailed(
      String webhook, String rule, AdmissionRequest request, boolean skipped, Throwable cause) {
    log.warn(
        "{}: rule {} failed on {}, {}",
        webhook,
        rule,
        request.describe(),
        skipped ? "and is skipped" : "and the call fails",
        cause);
  }

  @Override
  public void ruleHung(String webhook, String rule, int hungThreads, Thread thread) {
    var stack = new Throwable("the stack of " + thread.getName());
    stack.setStackTrace(thread.getStackTrace());
    log.warn("{}: {} threads hang in rule {}", webhook, hungThreads, rule, stack);
  }

  @Override
  public void ruleReleased(String webhook, String rule, int hungThreads) {
    log.info("{}: a thread came back from rule {}, {} still hang", webhook, rule, hungThreads);
  }

  @Override
  public void circuitChanged(String webhook, String rule, boolean open) {
    log.warn("{}: rule {} is {}", webhook, rule, open ? "not tried any more" : "tried again");
  }

  @Override
  public void fatal(String what, @Nullable Throwable cause) {
    log.error("the process must be replaced: {}", what, cause);
  }
}
