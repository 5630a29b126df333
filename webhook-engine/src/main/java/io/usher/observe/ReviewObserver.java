package io.usher.observe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Learns what happens to reviews and rules. The threads that do the work call the methods, so they
 * return at once, never throw, and may be called concurrently.
 *
 * <p>Each review begins once and ends once, by {@link #reviewFinished} or {@link #reviewRejected}.
 * Between the two, each rule that runs begins once and ends once, by {@link #ruleReturned} or
 * {@link #ruleFailed}; after the latter its thread may hang for a while. Rules are named {@code
 * Class.method}.
 *
 * <p>No method has a default: an observer that forwards to others does not compile until it
 * forwards every event. Who wants a few of them implements {@link Some}.
 */
public interface ReviewObserver {

  /** An observer that does nothing. */
  ReviewObserver NONE = new Some() {};

  /** The body of a review is there, and a thread begins with it. */
  void reviewBegan(ReviewIdentity review);

  /** A rule begins. */
  void ruleBegan(ReviewIdentity review, String rule);

  /**
   * A rule made the object another one; comes before {@link #ruleReturned}. The two may be equal.
   *
   * @param before not to be changed, nor kept
   * @param after not to be changed, nor kept
   */
  void objectChanged(ReviewIdentity review, String rule, ObjectNode before, ObjectNode after);

  /** A rule returned, normally and in time, after so many nanoseconds. */
  void ruleReturned(ReviewIdentity review, String rule, long nanos);

  /**
   * A rule failed: it threw, its budget passed, or it is not tried for now.
   *
   * @param what the request, for a message: {@code Pod default/web}
   * @param skipped whether the review goes on without it
   * @param cause what it threw, or what names the passed budget
   */
  void ruleFailed(
      ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause);

  /**
   * A rule was given up while its thread still runs.
   *
   * @param hungThreads how many threads hang in this rule now
   */
  void ruleHung(ReviewIdentity review, String rule, int hungThreads, Thread thread);

  /** A thread that hung in a rule came back; so many still hang in it. */
  void ruleReleased(ReviewIdentity review, String rule, int hungThreads);

  /** A rule is not tried, or is tried again, because of the threads that hang in it. */
  void circuitChanged(Endpoint endpoint, String rule, boolean open);

  /** A review was answered. */
  void reviewFinished(FinishedReview review);

  /**
   * A review failed because of the engine, not because of a rule. It still finishes.
   *
   * @param what the request, for a message
   */
  void reviewFailed(ReviewIdentity review, String what, Throwable cause);

  /** A request was turned away before any rule saw it, with this HTTP status: 400, 413, 429, ... */
  void reviewRejected(Endpoint endpoint, int status);

  /** The process can't go on in good order: hung threads passed their bound, or memory ran out. */
  void fatal(String what, @Nullable Throwable cause);

  /** An observer of some events: the others do nothing. */
  interface Some extends ReviewObserver {

    @Override
    default void reviewBegan(ReviewIdentity review) {}

    @Override
    default void ruleBegan(ReviewIdentity review, String rule) {}

    @Override
    default void objectChanged(
        ReviewIdentity review, String rule, ObjectNode before, ObjectNode after) {}

    @Override
    default void ruleReturned(ReviewIdentity review, String rule, long nanos) {}

    @Override
    default void ruleFailed(
        ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {}

    @Override
    default void ruleHung(ReviewIdentity review, String rule, int hungThreads, Thread thread) {}

    @Override
    default void ruleReleased(ReviewIdentity review, String rule, int hungThreads) {}

    @Override
    default void circuitChanged(Endpoint endpoint, String rule, boolean open) {}

    @Override
    default void reviewFinished(FinishedReview review) {}

    @Override
    default void reviewFailed(ReviewIdentity review, String what, Throwable cause) {}

    @Override
    default void reviewRejected(Endpoint endpoint, int status) {}

    @Override
    default void fatal(String what, @Nullable Throwable cause) {}
  }
}
