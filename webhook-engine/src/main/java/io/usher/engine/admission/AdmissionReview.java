package io.usher.engine.admission;

import io.usher.admission.AdmissionRequest;

/**
 * A decoded review.
 *
 * @param apiVersion {@code admission.k8s.io/v1} or {@code v1beta1}: the answer is in the same
 * @param request what is asked
 */
public record AdmissionReview(String apiVersion, AdmissionRequest request) {}
