package io.usher.engine.authentication;

import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
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

/**
 * Answers the TokenReviews of one webhook by its rules. Thread-safe.
 *
 * <p>No message, to whomever, holds a token or a part of one, whatever the rules say or throw.
 */
public final class AuthenticationHandler implements ReviewKind<TokenReview, Authentication> {

  private final Endpoint endpoint;
  private final AnswerChain<AuthenticationRequest, Authentication> chain;
  private final TokenReviewCodec codec;

  /** A handler whose rules' code nobody ends, and read nothing. */
  public AuthenticationHandler(WebhookRegistration webhook, ReviewLimits limits) {
    this(webhook, limits, GivenUpRules.NONE, ClusterViews.NONE, Ticker.SYSTEM);
  }

  /**
   * A handler.
   *
   * @param givenUpRules ends rules that go on after they were given up
   * @param views what rules read of the cluster
   * @param ticker what circuits measure time by
   */
  public AuthenticationHandler(
      WebhookRegistration webhook,
      ReviewLimits limits,
      GivenUpRules givenUpRules,
      ClusterViews views,
      Ticker ticker) {
    this.endpoint = new Endpoint("authentication", webhook.name(), null);
    this.chain =
        new AnswerChain<>(webhook.authenticators(), Joined.INSTANCE, givenUpRules, views, ticker);
    this.codec = new TokenReviewCodec(limits);
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public TokenReview decode(byte[] body, ReviewMemory memory) throws ProtocolException {
    return codec.decode(body, memory);
  }

  @Override
  public Object subject(TokenReview review) {
    return review.request();
  }

  @Override
  public String describe(TokenReview review) {
    return Joined.INSTANCE.describe(review.request());
  }

  @Override
  public Evaluation<Authentication> evaluate(
      TokenReview review, ReviewIdentity identity, Deadline deadline, ReviewObserver observer) {
    return chain.evaluate(review.request(), identity, deadline, observer);
  }

  @Override
  public byte[] encode(TokenReview review, Authentication answer, ReviewMemory memory)
      throws IOException, ProtocolException {
    return codec.encode(review, answer, memory);
  }

  @Override
  public Verdict verdict(Authentication answer) {
    return switch (answer.kind()) {
      case KNOWN ->
          new Verdict(
              ReviewOutcome.ALLOWED, ((Authentication.Known) answer).user().username(), null);
      case NOT_MINE ->
          new Verdict(ReviewOutcome.NO_OPINION, ((Authentication.NotMine) answer).reason(), null);
      case REFUSED ->
          new Verdict(ReviewOutcome.DENIED, ((Authentication.Refused) answer).reason(), null);
    };
  }

  /** With a status other than 200, so that the API server asks again and keeps nothing. */
  @Override
  public ReviewAnswer failed(@Nullable TokenReview review, String message) {
    return ReviewAnswer.failed(message);
  }
}
