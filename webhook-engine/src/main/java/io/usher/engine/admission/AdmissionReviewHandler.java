package io.usher.engine.admission;

import io.usher.admission.AdmissionResponse;
import io.usher.engine.Conclusion;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.engine.chain.Evaluation;
import io.usher.engine.chain.RuleChain;
import io.usher.engine.chain.RuleFailedException;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.JsonPatch;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Answers the reviews of one path. Thread-safe.
 *
 * <p>Guarantees: every body gets an answer, whatever is in it and whatever a rule throws; of the
 * inside, an answer tells no more than the name of the rule that failed.
 */
public final class AdmissionReviewHandler {

  private final String webhook;
  private final Phase phase;
  private final RuleChain chain;
  private final AdmissionReviewCodec codec;
  private final ReviewObserver observer;

  /** A handler of one webhook's phase, whose rules' code nobody ends. */
  public AdmissionReviewHandler(
      WebhookRegistration webhook, Phase phase, ReviewLimits limits, ReviewObserver observer) {
    this(webhook, phase, limits, observer, GivenUpRules.NONE);
  }

  /** A handler of one webhook's phase. */
  public AdmissionReviewHandler(
      WebhookRegistration webhook,
      Phase phase,
      ReviewLimits limits,
      ReviewObserver observer,
      GivenUpRules givenUpRules) {
    this(
        webhook.name(),
        phase,
        new RuleChain(webhook.name(), phase, webhook.rules(phase), givenUpRules),
        limits,
        observer);
  }

  AdmissionReviewHandler(
      String webhook, Phase phase, RuleChain chain, ReviewLimits limits, ReviewObserver observer) {
    this.webhook = webhook;
    this.phase = phase;
    this.chain = chain;
    this.codec = new AdmissionReviewCodec(limits);
    this.observer = observer;
  }

  /** The webhook's qualified name. */
  public String webhook() {
    return webhook;
  }

  /**
   * Answers on this thread, for as long as the rules take: a rule that is late fails when it
   * returns. A server uses a {@link ReviewExecutor}.
   */
  public ReviewAnswer handle(byte[] body, Deadline deadline) {
    long start = System.nanoTime();
    AdmissionReview review;
    try {
      review = decode(body);
    } catch (ProtocolException e) {
      return refuse(e);
    }
    Conclusion conclusion =
        run(review, begin(review, deadline), "POST /" + phase.verb() + "/" + webhook, start);
    observer.reviewFinished(conclusion.finished());
    return conclusion.answer();
  }

  public AdmissionReview decode(byte[] body) throws ProtocolException {
    return codec.decode(body);
  }

  public Evaluation begin(AdmissionReview review, Deadline deadline) {
    return chain.evaluate(review.request(), deadline, observer);
  }

  public ReviewAnswer refuse(ProtocolException problem) {
    observer.reviewRejected(webhook, problem.status());
    String reason = problem.status() == 413 ? "RequestEntityTooLarge" : "BadRequest";
    return ReviewAnswer.refused(problem.status(), reason, problem.getMessage());
  }

  /**
   * Runs what is left of an evaluation: the single catch.
   *
   * @return null when a rule of this thread was given up, and the answer is somebody else's
   */
  public @Nullable Conclusion run(
      AdmissionReview review, Evaluation evaluation, String requestLine, long start) {
    try {
      AdmissionResponse response = evaluation.run();
      return response == null ? null : decided(review, evaluation, response, start);
    } catch (RuleFailedException e) {
      return failed(
          review,
          e.rule(),
          e.deadlinePassed() ? requestLine + ": " + e.getMessage() : e.getMessage(),
          start);
    } catch (OutOfMemoryError e) {
      observer.fatal("out of memory", e);
      return failed(review, null, "out of memory", start);
    } catch (Throwable e) {
      observer.reviewFailed(webhook, review.request(), e);
      return failed(review, null, "internal error", start);
    }
  }

  /** The deadline passed, in this rule or between rules. */
  public Conclusion tookTooLong(
      AdmissionReview review, @Nullable String rule, String requestLine, long start) {
    String where = rule == null ? "" : " in rule " + rule;
    return failed(review, rule, requestLine + ": context deadline exceeded" + where, start);
  }

  private Conclusion decided(
      AdmissionReview review, Evaluation evaluation, AdmissionResponse response, long start)
      throws IOException {
    byte[] body = codec.encode(review, response);
    int operations = response.patch().map(JsonPatch::size).orElse(0);
    ReviewOutcome decided =
        !response.allowed()
            ? ReviewOutcome.DENIED
            : operations > 0 ? ReviewOutcome.PATCHED : ReviewOutcome.ALLOWED;
    return new Conclusion(
        ReviewAnswer.decided(body),
        finished(review, decided, evaluation.deniedBy(), operations, body.length, start));
  }

  private Conclusion failed(
      AdmissionReview review, @Nullable String rule, String text, long start) {
    return new Conclusion(
        ReviewAnswer.failed(text), finished(review, ReviewOutcome.FAILED, rule, 0, 0, start));
  }

  private FinishedReview finished(
      AdmissionReview review,
      ReviewOutcome decided,
      @Nullable String rule,
      int operations,
      int bytes,
      long start) {
    return new FinishedReview(
        webhook,
        phase == Phase.MUTATING,
        review.request(),
        decided,
        rule,
        operations,
        bytes,
        System.nanoTime() - start);
  }
}
