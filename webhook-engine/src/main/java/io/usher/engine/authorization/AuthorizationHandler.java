package io.usher.engine.authorization;

import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewKind;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import io.usher.engine.Ticker;
import io.usher.engine.chain.AnswerChain;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Answers the SubjectAccessReviews of one webhook by its rules. Thread-safe. */
public final class AuthorizationHandler implements ReviewKind<SubjectAccessReview, Authorization> {

  private final Endpoint endpoint;
  private final AnswerChain<AuthorizationRequest, Authorization> chain;
  private final SubjectAccessReviewCodec codec;

  /** A handler whose rules' code nobody ends, and read nothing. */
  public AuthorizationHandler(WebhookRegistration webhook, ReviewLimits limits) {
    this(webhook, limits, GivenUpRules.NONE, ClusterViews.NONE, Ticker.SYSTEM);
  }

  /**
   * A handler.
   *
   * @param givenUpRules ends rules that go on after they were given up
   * @param views what rules read of the cluster
   * @param ticker what circuits measure time by
   */
  public AuthorizationHandler(
      WebhookRegistration webhook,
      ReviewLimits limits,
      GivenUpRules givenUpRules,
      ClusterViews views,
      Ticker ticker) {
    this.endpoint = new Endpoint("authorization", webhook.name(), null);
    this.chain =
        new AnswerChain<>(webhook.authorizers(), Joined.INSTANCE, givenUpRules, views, ticker);
    this.codec = new SubjectAccessReviewCodec(limits);
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public SubjectAccessReview decode(byte[] body, ReviewMemory memory) throws ProtocolException {
    return codec.decode(body, memory);
  }

  @Override
  public Object subject(SubjectAccessReview review) {
    return review.request();
  }

  @Override
  public String describe(SubjectAccessReview review) {
    return review.request().describe();
  }

  @Override
  public Evaluation<Authorization> evaluate(
      SubjectAccessReview review,
      ReviewIdentity identity,
      Deadline deadline,
      ReviewObserver observer) {
    return chain.evaluate(review.request(), identity, deadline, observer);
  }

  @Override
  public byte[] encode(SubjectAccessReview review, Authorization answer, ReviewMemory memory)
      throws IOException, ProtocolException {
    return codec.encode(review, answer, memory);
  }

  @Override
  public Verdict verdict(Authorization answer) {
    ReviewOutcome outcome =
        switch (answer.outcome()) {
          case ALLOW -> ReviewOutcome.ALLOWED;
          case DENY -> ReviewOutcome.DENIED;
          case NO_OPINION -> ReviewOutcome.NO_OPINION;
        };
    return new Verdict(outcome, answer.reason(), null);
  }

  /** With a status other than 200, so that the authorizer's failure policy decides. */
  @Override
  public ReviewAnswer failed(@Nullable SubjectAccessReview review, String message) {
    return ReviewAnswer.failed(message);
  }
}
