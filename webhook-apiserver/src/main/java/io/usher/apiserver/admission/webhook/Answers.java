package io.usher.apiserver.admission.webhook;

import io.usher.apiserver.admission.webhook.ReviewCall.Answer;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.Status;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a write gets of the answers to its reviews. */
final class Answers {

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private Answers() {}

  /** Warnings and annotations count whatever the answer is. */
  static void note(Answer answer, AdmissionAttributes attributes) {
    answer.warnings().forEach(attributes::warn);
    answer.auditAnnotations().forEach(attributes::annotateAudit);
  }

  /**
   * What the failure policy makes of a failed call: a 500, or null and a note for the audit log.
   *
   * @param annotation the key of the note
   */
  static @Nullable Status failure(
      Webhook webhook, WebhookCallException e, AdmissionAttributes attributes, String annotation) {
    String message =
        "failed calling webhook " + GoText.quote(webhook.name()) + ": " + e.getMessage();
    if (!webhook.ignoresFailures()) {
      return Status.internalError(message);
    }
    LOG.warn("go on without it: {}", message);
    attributes.annotateAudit(annotation, webhook.name());
    return null;
  }
}
