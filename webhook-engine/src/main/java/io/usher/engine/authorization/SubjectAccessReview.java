package io.usher.engine.authorization;

import io.usher.authorization.AuthorizationRequest;

/**
 * A decoded review.
 *
 * @param apiVersion {@code authorization.k8s.io/v1} or {@code v1beta1}: the answer is in the same
 * @param request what is asked
 */
public record SubjectAccessReview(String apiVersion, AuthorizationRequest request) {}
