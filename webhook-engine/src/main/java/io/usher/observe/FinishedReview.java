package io.usher.observe;

import io.usher.admission.AdmissionRequest;
import org.jspecify.annotations.Nullable;

/**
 * What is told of an answered review. Never the object.
 *
 * @param webhook the webhook's qualified name
 * @param mutating whether it came to the mutating path
 * @param request what was asked
 * @param decision what came of it
 * @param rule the rule that denied or failed, or null
 * @param patchOperations the number of operations in the patch
 * @param answerBytes the size of the whole answer in bytes
 * @param nanos from the complete body to the answer
 */
public record FinishedReview(
    String webhook,
    boolean mutating,
    AdmissionRequest request,
    Decided decision,
    @Nullable String rule,
    int patchOperations,
    int answerBytes,
    long nanos) {

  /** What came of a review. */
  public enum Decided {
    /** Allowed as it was. */
    ALLOWED,
    /** Allowed, and changed. */
    PATCHED,
    /** A rule denied it. */
    DENIED,
    /** A rule failed, or the deadline passed: the failure policy decides. */
    FAILED
  }
}
