package io.usher.engine;

import io.usher.engine.ReviewKind.Verdict;
import io.usher.observe.Caller;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.JsonPatch;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One review from its body to its answer, and the only place that catches what goes wrong on the
 * way.
 *
 * <p>A worker runs it. The watchdog may answer in the worker's place, and may have another worker
 * go on with it. The answer is given exactly once, whatever is in the body and whatever a rule
 * throws; of the inside, it tells no more than the name of the rule that failed.
 *
 * @param <Q> a decoded request
 * @param <A> an answer
 */
public final class Review<Q, A> implements Runnable {

  private final ReviewKind<Q, A> kind;
  private final String requestLine;
  private final Caller caller;
  private final byte[] body;
  private final Deadline deadline;
  private final MemoryBudget.Lease lease;
  private final long startNanos;

  private final AtomicBoolean answered = new AtomicBoolean();

  /** Threads that still use the review's memory, and the queue's claim before the first one. */
  private final AtomicInteger users = new AtomicInteger(1);

  private @Nullable Place place;
  private volatile @Nullable Work<Q, A> work;
  private volatile @Nullable A answer;
  private volatile @Nullable Throwable failure;

  /**
   * A review that has not begun.
   *
   * @param kind of the endpoint that was called
   * @param requestLine for messages: {@code POST /mutate/labeler.example.com?timeout=10s}
   * @param caller who asks
   * @param body the whole body; must not change
   * @param deadline when the answer must be there, the reserve already taken off
   * @param lease the memory of the body; the review closes it
   */
  public Review(
      ReviewKind<Q, A> kind,
      String requestLine,
      Caller caller,
      byte[] body,
      Deadline deadline,
      MemoryBudget.Lease lease) {
    this.kind = kind;
    this.requestLine = requestLine;
    this.caller = caller;
    this.body = body;
    this.deadline = deadline;
    this.lease = lease;
    this.startNanos = deadline.ticker().nanos();
  }

  /** A review by anyone, whose memory nobody counts. */
  public static <Q, A> Review<Q, A> uncounted(
      ReviewKind<Q, A> kind, String requestLine, byte[] body, Deadline deadline) {
    MemoryBudget.Lease lease = new MemoryBudget(Long.MAX_VALUE).tryReserve(0).orElseThrow();
    return new Review<>(kind, requestLine, Caller.ANYONE, body, deadline, lease);
  }

  /**
   * Where a review runs.
   *
   * @param host runs it
   * @param identity for observers
   * @param taker gets the answer
   */
  private record Place(Host host, ReviewIdentity identity, Consumer<ReviewAnswer> taker) {}

  /** What there is to do once the body is decoded. */
  private record Work<Q, A>(Q request, Evaluation<A> evaluation) {}

  /** What runs reviews. */
  interface Host {

    ReviewObserver observer();

    /** What a JSON value, and a name, is counted as when it is parsed into a tree. */
    int bytesPerNode();

    long nextNumber();

    /** A worker has done with a review, after so long. */
    void ran(long nanos);

    /** The review has its answer. */
    void answered();

    /** The last thread has left the review. */
    void left(Review<?, ?> review);

    /** A rule of the review hangs its thread. */
    void threadHung();

    /** The thread has come back. */
    void threadReleased();

    /** Has another worker go on with the review. */
    void resume(Review<?, ?> review);

    /** Takes the review from the queue; false when a worker has it. */
    boolean withdraw(Review<?, ?> review);
  }

  /**
   * Runs the whole review on this thread, for as long as its rules take: a rule that is late fails
   * when it returns. A server uses a {@link ReviewExecutor}.
   */
  public ReviewAnswer answerHere(ReviewObserver observer) {
    var given = new ReviewAnswer[1];
    begin(new ThisThread(observer), answer -> given[0] = answer);
    run();
    return given[0];
  }

  /** What was decided, or null when the review was refused or failed. */
  public @Nullable A answer() {
    return answer;
  }

  /** What the review failed with, or null. */
  public @Nullable Throwable failure() {
    return failure;
  }

  Deadline deadline() {
    return deadline;
  }

  /** Binds it to where it runs; before everything else. */
  void begin(Host newHost, Consumer<ReviewAnswer> newTaker) {
    place =
        new Place(
            newHost, new ReviewIdentity(newHost.nextNumber(), kind.endpoint(), caller), newTaker);
  }

  private Place place() {
    return Objects.requireNonNull(place, "begin comes first");
  }

  private Host host() {
    return place().host();
  }

  @Override
  public void run() {
    try {
      if (!answered.get()) {
        Work<Q, A> begun = work;
        evaluate(begun == null ? decode() : begun);
      }
    } catch (Throwable e) {
      fail(e);
    } finally {
      leave();
    }
  }

  /** Never runs: there is no place for it. */
  void shed(String why) {
    host().observer().reviewRejected(kind.endpoint(), 429);
    answer(ReviewAnswer.overloaded(why));
    leave();
  }

  /** What the watchdog sees to: an overdue rule, and then an overdue review. */
  void watch() {
    Work<Q, A> begun = work;
    Evaluation.GivenUp givenUp = begun == null ? null : begun.evaluation().giveUpOverdueRule();
    if (givenUp != null) {
      host().threadHung();
      if (givenUp.skipped()) {
        users.incrementAndGet();
        host().resume(this);
      } else {
        tookTooLong(givenUp.rule());
      }
    } else if (!answered.get() && deadline.passed()) {
      tookTooLong(null);
      if (host().withdraw(this)) {
        leave();
      }
    }
  }

  private Work<Q, A> decode() throws ProtocolException {
    ReviewIdentity identity = place().identity();
    host().observer().reviewBegan(identity);
    Q request = kind.decode(body, memory());
    var begun = new Work<>(request, kind.evaluate(request, identity, deadline, host().observer()));
    work = begun;
    return begun;
  }

  private ReviewMemory memory() {
    return new ReviewMemory(lease, host().bytesPerNode());
  }

  private void evaluate(Work<Q, A> todo) throws IOException, ProtocolException {
    long begun = deadline.ticker().nanos();
    boolean givenUp = false;
    try {
      A decided = todo.evaluation().run();
      givenUp = decided == null;
      if (decided != null) {
        conclude(todo, decided);
      }
    } finally {
      if (givenUp) {
        host().threadReleased();
      } else {
        host().ran(deadline.ticker().nanos() - begun);
      }
    }
  }

  private void conclude(Work<Q, A> done, A decided) throws IOException, ProtocolException {
    byte[] encoded = kind.encode(done.request(), decided, memory());
    Verdict verdict = kind.verdict(decided);
    answer = decided;
    if (answer(ReviewAnswer.decided(encoded))) {
      finished(
          done.request(),
          verdict.outcome(),
          done.evaluation().decidedBy(),
          verdict.message(),
          verdict.patch(),
          encoded.length);
    }
  }

  private void fail(Throwable cause) {
    failure = cause;
    if (cause instanceof ProtocolException problem) {
      host().observer().reviewRejected(kind.endpoint(), problem.status());
      answer(problem.answer());
    } else if (cause instanceof RuleFailedException rule) {
      String message = String.valueOf(rule.getMessage());
      failed(rule.rule(), rule.deadlinePassed() ? requestLine + ": " + message : message);
    } else if (OutOfMemory.isExhaustion(cause)) {
      host().observer().fatal("out of memory", cause);
      failed(null, "out of memory");
    } else {
      Work<Q, A> begun = work;
      String what = begun == null ? requestLine : kind.describe(begun.request());
      host().observer().reviewFailed(place().identity(), what, cause);
      failed(null, "internal error");
    }
  }

  /** The deadline passed, in this rule or between rules. */
  private void tookTooLong(@Nullable String rule) {
    String where = rule == null ? "" : " in rule " + rule;
    failed(rule, requestLine + ": context deadline exceeded" + where);
  }

  private void failed(@Nullable String rule, String message) {
    Work<Q, A> begun = work;
    Q request = begun == null ? null : begun.request();
    if (answer(kind.failed(request, message)) && request != null) {
      finished(request, ReviewOutcome.FAILED, rule, message, null, 0);
    }
  }

  private void finished(
      Q request,
      ReviewOutcome outcome,
      @Nullable String rule,
      @Nullable String message,
      @Nullable JsonPatch patch,
      int bytes) {
    host()
        .observer()
        .reviewFinished(
            new FinishedReview(
                place().identity(),
                kind.subject(request),
                outcome,
                rule,
                message,
                Objects.requireNonNull(work).evaluation().changedBy(),
                patch,
                bytes,
                Objects.requireNonNull(work).evaluation().viewAge(),
                deadline.ticker().nanos() - startNanos));
  }

  private boolean answer(ReviewAnswer given) {
    if (!answered.compareAndSet(false, true)) {
      return false;
    }
    host().answered();
    place().taker().accept(given);
    return true;
  }

  private void leave() {
    if (users.decrementAndGet() == 0) {
      lease.close();
      host().left(this);
    }
  }
}
