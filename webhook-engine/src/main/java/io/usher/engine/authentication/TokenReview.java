package io.usher.engine.authentication;

import io.usher.authentication.AuthenticationRequest;

/**
 * A decoded review.
 *
 * @param apiVersion {@code authentication.k8s.io/v1} or {@code v1beta1}: the answer is in the same
 * @param request what is asked
 */
public record TokenReview(String apiVersion, AuthenticationRequest request) {}
