package io.usher.review;

import io.usher.observe.ReviewObserver;
import io.usher.rule.Deadline;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;

/** Answers the reviews of one path. */
public final class AdmissionReviewHandler {

  /** A handler of one webhook's phase. */
  public AdmissionReviewHandler(
      WebhookRegistration webhook, Phase phase, ReviewLimits limits, ReviewObserver observer) {}

  /** The webhook's qualified name. */
  public String webhook() {
    throw new UnsupportedOperationException();
  }

  /** Answers on this thread; never throws for what is in the body or what a rule does. */
  public ReviewAnswer handle(byte[] body, Deadline deadline) {
    throw new UnsupportedOperationException();
  }
}
