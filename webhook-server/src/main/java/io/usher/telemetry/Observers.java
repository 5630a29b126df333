package io.usher.telemetry;

import io.usher.admission.AdmissionRequest;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewObserver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells several observers, in their order. */
public final class Observers implements ReviewObserver {

  private final List<ReviewObserver> all;

  /** An observer that tells each of these. */
  public Observers(ReviewObserver... all) {
    this.all = List.of(all);
  }

  @Override
  public void ruleReturned(String webhook, String rule, long nanos) {
    for (var each : all) {
      each.ruleReturned(webhook, rule, nanos);
    }
  }

  @Override
  public void ruleFailed(
      String webhook, String rule, AdmissionRequest request, boolean skipped, Throwable cause) {
    all.forEach(each -> each.ruleFailed(webhook, rule, request, skipped, cause));
  }

  @Override
  public void ruleHung(String webhook, String rule, int hungThreads, Thread thread) {
    all.forEach(each -> each.ruleHung(webhook, rule, hungThreads, thread));
  }

  @Override
  public void ruleReleased(String webhook, String rule, int hungThreads) {
    all.forEach(each -> each.ruleReleased(webhook, rule, hungThreads));
  }

  @Override
  public void circuitChanged(String webhook, String rule, boolean open) {
    all.forEach(each -> each.circuitChanged(webhook, rule, open));
  }

  @Override
  public void reviewFinished(FinishedReview review) {
    for (var each : all) {
      each.reviewFinished(review);
    }
  }

  @Override
  public void reviewFailed(String webhook, AdmissionRequest request, Throwable cause) {
    all.forEach(each -> each.reviewFailed(webhook, request, cause));
  }

  @Override
  public void reviewRejected(String webhook, int status) {
    all.forEach(each -> each.reviewRejected(webhook, status));
  }

  @Override
  public void fatal(String what, @Nullable Throwable cause) {
    all.forEach(each -> each.fatal(what, cause));
  }
}
