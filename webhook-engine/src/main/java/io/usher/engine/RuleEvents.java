package io.usher.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;

/**
 * What an observer learns of one rule in one review.
 *
 * @param observer who learns it
 * @param review in which the rule runs
 * @param rule its name
 */
public record RuleEvents(ReviewObserver observer, ReviewIdentity review, String rule)
    implements CircuitEvents {

  /** The rule begins. */
  public void began() {
    observer.ruleBegan(review, rule);
  }

  /** It made the object another one. */
  public void objectChanged(ObjectNode before, ObjectNode after) {
    observer.objectChanged(review, rule, before, after);
  }

  /** It returned in time. */
  public void returned(long nanos) {
    observer.ruleReturned(review, rule, nanos);
  }

  /** It failed on this request. */
  public void failed(String what, boolean skipped, Throwable cause) {
    observer.ruleFailed(review, rule, what, skipped, cause);
  }

  @Override
  public void hung(int hungThreads, Thread thread) {
    observer.ruleHung(review, rule, hungThreads, thread);
  }

  @Override
  public void released(int hungThreads) {
    observer.ruleReleased(review, rule, hungThreads);
  }

  @Override
  public void circuitChanged(boolean open) {
    observer.circuitChanged(review.endpoint(), rule, open);
  }
}
