package io.usher.observe;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A review that was answered.
 *
 * @param review which one
 * @param request the request's record: an {@link io.usher.admission.AdmissionRequest} of an
 *     admission review
 * @param outcome what came of it
 * @param rule the rule that denied or failed, or null
 * @param message why it was denied or failed, or null
 * @param patchOperations the number of operations in the patch
 * @param answerBytes the size of the whole answer in bytes
 * @param viewAge of the oldest view of the cluster that a rule read, or null when none did
 * @param nanos from the complete body to the answer
 */
public record FinishedReview(
    ReviewIdentity review,
    Object request,
    ReviewOutcome outcome,
    @Nullable String rule,
    @Nullable String message,
    int patchOperations,
    int answerBytes,
    @Nullable Duration viewAge,
    long nanos) {

  /** The webhook's qualified name. */
  public String webhook() {
    return review.endpoint().webhook();
  }
}
