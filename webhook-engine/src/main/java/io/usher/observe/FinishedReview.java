package io.usher.observe;

import io.usher.patch.JsonPatch;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A review that was answered.
 *
 * @param review which one
 * @param request the request's record: an {@link io.usher.admission.AdmissionRequest}, an {@link
 *     io.usher.authentication.AuthenticationRequest} or an {@link
 *     io.usher.authorization.AuthorizationRequest}
 * @param outcome what came of it
 * @param rule the rule that denied or failed, or null; of authentication and authorization the rule
 *     that decided or failed
 * @param message why it was denied or failed, or null; of authentication and authorization what
 *     there is to say of the decision
 * @param changedBy the rules that made the object another one, in their order
 * @param patch what came of them, or null; not to be kept, as its values are those of the request
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
    List<String> changedBy,
    @Nullable JsonPatch patch,
    int answerBytes,
    @Nullable Duration viewAge,
    long nanos) {

  public FinishedReview {
    changedBy = List.copyOf(changedBy);
  }

  /** The number of operations in the patch. */
  public int patchOperations() {
    return patch == null ? 0 : patch.size();
  }

  /** The webhook's qualified name. */
  public String webhook() {
    return review.endpoint().webhook();
  }
}
