package io.usher.engine.admission;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.Status;
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
import io.usher.engine.chain.RuleChain;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.JsonPatch;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides the AdmissionReviews of one webhook's phase by its chain of rules. Thread-safe. */
public final class AdmissionHandler implements ReviewKind<AdmissionReview, AdmissionResponse> {

  private final Endpoint endpoint;
  private final RuleChain chain;
  private final AdmissionCodec codec;

  /** A handler of one webhook's phase, whose rules' code nobody ends, and read nothing. */
  public AdmissionHandler(WebhookRegistration webhook, Phase phase, ReviewLimits limits) {
    this(webhook, phase, limits, GivenUpRules.NONE, ClusterViews.NONE);
  }

  /**
   * A handler of one webhook's phase.
   *
   * @param givenUpRules ends rules that go on after they were given up
   * @param views what rules read of the cluster
   */
  public AdmissionHandler(
      WebhookRegistration webhook,
      Phase phase,
      ReviewLimits limits,
      GivenUpRules givenUpRules,
      ClusterViews views) {
    this(
        webhook.name(),
        phase,
        new RuleChain(
            webhook.name(), phase, webhook.rules(phase), givenUpRules, views, Ticker.SYSTEM),
        limits);
  }

  /**
   * A handler for the reviews that a server gives itself: of those rules that want them, with
   * circuits of its own.
   */
  public static AdmissionHandler ofSelfReviews(
      WebhookRegistration webhook,
      Phase phase,
      ReviewLimits limits,
      GivenUpRules givenUpRules,
      ClusterViews views) {
    List<RuleDefinition> rules =
        webhook.rules(phase).stream().filter(RuleDefinition::selfReviews).toList();
    return new AdmissionHandler(
        webhook.name(),
        phase,
        new RuleChain(webhook.name(), phase, rules, givenUpRules, views, Ticker.SYSTEM),
        limits);
  }

  AdmissionHandler(String webhook, Phase phase, RuleChain chain, ReviewLimits limits) {
    this.endpoint = new Endpoint("admission", webhook, phase);
    this.chain = chain;
    this.codec = new AdmissionCodec(limits);
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public AdmissionReview decode(byte[] body, ReviewMemory memory) throws ProtocolException {
    return codec.decode(body, memory);
  }

  @Override
  public Object subject(AdmissionReview review) {
    return review.request();
  }

  @Override
  public String describe(AdmissionReview review) {
    AdmissionRequest request = review.request();
    return request.uid() + " of " + request.describe();
  }

  @Override
  public Evaluation<AdmissionResponse> evaluate(
      AdmissionReview review, ReviewIdentity identity, Deadline deadline, ReviewObserver observer) {
    return chain.evaluate(review.request(), identity, deadline, observer);
  }

  @Override
  public byte[] encode(AdmissionReview review, AdmissionResponse response, ReviewMemory memory)
      throws IOException, ProtocolException {
    return codec.encode(endpoint.webhook(), review, response, memory);
  }

  @Override
  public Verdict verdict(AdmissionResponse response) {
    JsonPatch patch = response.patch().orElse(null);
    ReviewOutcome outcome =
        !response.allowed()
            ? ReviewOutcome.DENIED
            : patch != null ? ReviewOutcome.PATCHED : ReviewOutcome.ALLOWED;
    return new Verdict(outcome, response.status().map(Status::message).orElse(null), patch);
  }

  /** With a status other than 200, so that the webhook's failure policy decides. */
  @Override
  public ReviewAnswer failed(@Nullable AdmissionReview review, String message) {
    return ReviewAnswer.failed(message);
  }
}
