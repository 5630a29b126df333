package io.usher.observe;

import io.usher.admission.AdmissionRequest;
import org.jspecify.annotations.Nullable;

/**
 * Told what happens to reviews and rules. Methods are called on the threads that do the work, so
 * they return at once, never throw, and may be called concurrently.
 *
 * <p>Rules are named {@code Class.method}, webhooks by their qualified name.
 */
public interface ReviewObserver {

  /** An observer that does nothing. */
  ReviewObserver NONE = new ReviewObserver() {};

  /** A rule returned, normally and in time, after so many nanoseconds. */
  default void ruleReturned(String webhook, String rule, long nanos) {}

  /**
   * A rule failed: it threw, or its budget passed.
   *
   * @param skipped whether the review goes on without it
   * @param cause what it threw, or what names the passed budget
   */
  default void ruleFailed(
      String webhook, String rule, AdmissionRequest request, boolean skipped, Throwable cause) {}

  /**
   * A rule was given up while its thread still runs.
   *
   * @param hungThreads how many threads hang in this rule now
   */
  default void ruleHung(String webhook, String rule, int hungThreads, Thread thread) {}

  /** A thread that hung in a rule came back; so many still hang in it. */
  default void ruleReleased(String webhook, String rule, int hungThreads) {}

  /** A rule is not tried, or is tried again, because of the threads that hang in it. */
  default void circuitChanged(String webhook, String rule, boolean open) {}

  /** A review was answered. */
  default void reviewFinished(FinishedReview review) {}

  /** A review failed for a reason that is no rule's: a fault of the engine. */
  default void reviewFailed(String webhook, AdmissionRequest request, Throwable cause) {}

  /** A request was turned away before any rule saw it, with this HTTP status: 400, 413, 429, ... */
  default void reviewRejected(String webhook, int status) {}

  /** The process can't go on in good order: hung threads passed their bound, or memory ran out. */
  default void fatal(String what, @Nullable Throwable cause) {}
}
