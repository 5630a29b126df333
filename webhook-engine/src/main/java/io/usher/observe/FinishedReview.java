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
    ReviewOutcome decision,
    @Nullable String rule,
    int patchOperations,
    int answerBytes,
    long nanos) {}
