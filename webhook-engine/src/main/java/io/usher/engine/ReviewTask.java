package io.usher.engine;

import io.usher.engine.admission.AdmissionReview;
import io.usher.engine.chain.Evaluation;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way through the executor. A worker runs it; the watchdog may answer in its place,
 * and may have another worker go on with it. The answer is given once.
 */
final class ReviewTask implements Runnable {

  private final ReviewExecutor executor;
  private final ReviewCall call;
  private final Consumer<ReviewAnswer> answer;
  private final long start = System.nanoTime();
  private final AtomicBoolean answered = new AtomicBoolean();

  /** Threads that still use the call's memory, and the queue's claim before the first one. */
  private final AtomicInteger users = new AtomicInteger(1);

  private volatile @Nullable AdmissionReview review;
  private volatile @Nullable Evaluation evaluation;

  ReviewTask(ReviewExecutor executor, ReviewCall call, Consumer<ReviewAnswer> answer) {
    this.executor = executor;
    this.call = call;
    this.answer = answer;
  }

  @Override
  public void run() {
    try {
      if (!answered.get() && (evaluation != null || begin())) {
        go();
      }
    } catch (OutOfMemoryError e) {
      executor.observer().fatal("out of memory", e);
      answer(ReviewAnswer.failed("out of memory"));
    } catch (RuntimeException e) {
      answer(ReviewAnswer.failed("internal error"));
      throw e;
    } finally {
      leave();
    }
  }

  /** Never runs: the executor has no place for it. */
  void shed(String why) {
    executor.observer().reviewRejected(call.handler().webhook(), 429);
    answer(ReviewAnswer.overloaded(why));
    leave();
  }

  /** What the watchdog sees to: an overdue rule, and then an overdue review. */
  void watch() {
    Evaluation running = evaluation;
    Evaluation.GivenUp givenUp = running == null ? null : running.giveUpOverdueRule();
    if (givenUp != null) {
      executor.threadHung();
      if (givenUp.skipped()) {
        users.incrementAndGet();
        executor.resume(this);
      } else {
        tookTooLong(givenUp.rule());
      }
    } else if (!answered.get() && call.deadline().passed()) {
      tookTooLong(null);
      if (executor.withdraw(this)) {
        leave();
      }
    }
  }

  /** Reads the request and takes the memory that its tree may need. */
  private boolean begin() {
    try {
      AdmissionReview decoded = call.handler().decode(call.body());
      long cost = (long) decoded.nodes() * executor.settings().bytesPerNode();
      if (!call.lease().tryGrow(cost)) {
        noRoom(cost);
        return false;
      }
      review = decoded;
      evaluation = call.handler().begin(decoded, call.deadline());
      return true;
    } catch (ProtocolException e) {
      answer(call.handler().refuse(e));
      return false;
    }
  }

  private void noRoom(long cost) {
    MemoryBudget.Lease lease = call.lease();
    if (lease.bytes() + cost > lease.limit()) {
      answer(
          call.handler()
              .refuse(
                  new ProtocolException(
                      413,
                      "the review may need "
                          + (lease.bytes() + cost)
                          + " bytes of memory, of "
                          + lease.limit()
                          + " for all reviews")));
    } else {
      executor.observer().reviewRejected(call.handler().webhook(), 429);
      answer(ReviewAnswer.overloaded("the reviews in flight take all memory that is theirs"));
    }
  }

  private void go() {
    long begun = System.nanoTime();
    Conclusion conclusion = call.handler().run(review, evaluation, call.requestLine(), start);
    if (conclusion == null) {
      executor.threadReleased();
    } else {
      executor.ran(System.nanoTime() - begun);
      conclude(conclusion);
    }
  }

  private void tookTooLong(@Nullable String rule) {
    AdmissionReview decoded = review;
    if (decoded == null) {
      answer(ReviewAnswer.failed(call.requestLine() + ": context deadline exceeded"));
    } else {
      conclude(call.handler().tookTooLong(decoded, rule, call.requestLine(), start));
    }
  }

  private void conclude(Conclusion conclusion) {
    if (answer(conclusion.answer())) {
      executor.observer().reviewFinished(conclusion.finished());
    }
  }

  private boolean answer(ReviewAnswer given) {
    if (!answered.compareAndSet(false, true)) {
      return false;
    }
    executor.answered();
    answer.accept(given);
    return true;
  }

  private void leave() {
    if (users.decrementAndGet() == 0) {
      call.lease().close();
      executor.left(this);
    }
  }
}
