package io.usher.telemetry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forwards each event to several observers, in their order. */
public final class Observers implements ReviewObserver {

  private final List<ReviewObserver> all;

  /** An observer that forwards to each of these. */
  public Observers(ReviewObserver... all) {
    this.all = List.of(all);
  }

  @Override
  public void reviewBegan(ReviewIdentity review) {
    for (var each : all) {
      each.reviewBegan(review);
    }
  }

  @Override
  public void ruleBegan(ReviewIdentity review, String rule) {
    for (var each : all) {
      each.ruleBegan(review, rule);
    }
  }

  @Override
  public void objectChanged(
      ReviewIdentity review, String rule, ObjectNode before, ObjectNode after) {
    for (var each : all) {
      each.objectChanged(review, rule, before, after);
    }
  }

  @Override
  public void ruleReturned(ReviewIdentity review, String rule, long nanos) {
    for (var each : all) {
      each.ruleReturned(review, rule, nanos);
    }
  }

  @Override
  public void ruleFailed(
      ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
    all.forEach(each -> each.ruleFailed(review, rule, what, skipped, cause));
  }

  @Override
  public void ruleHung(ReviewIdentity review, String rule, int hungThreads, Thread thread) {
    all.forEach(each -> each.ruleHung(review, rule, hungThreads, thread));
  }

  @Override
  public void ruleReleased(ReviewIdentity review, String rule, int hungThreads) {
    all.forEach(each -> each.ruleReleased(review, rule, hungThreads));
  }

  @Override
  public void circuitChanged(Endpoint endpoint, String rule, boolean open) {
    all.forEach(each -> each.circuitChanged(endpoint, rule, open));
  }

  @Override
  public void reviewFinished(FinishedReview review) {
    for (var each : all) {
      each.reviewFinished(review);
    }
  }

  @Override
  public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
    all.forEach(each -> each.reviewFailed(review, what, cause));
  }

  @Override
  public void reviewRejected(Endpoint endpoint, int status) {
    all.forEach(each -> each.reviewRejected(endpoint, status));
  }

  @Override
  public void fatal(String what, @Nullable Throwable cause) {
    all.forEach(each -> each.fatal(what, cause));
  }
}
