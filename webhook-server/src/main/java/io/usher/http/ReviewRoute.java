package io.usher.http;

import io.usher.engine.ReviewKind;
import java.time.Duration;

/**
 * One path that reviews are posted to.
 *
 * @param path {@code /mutate/NAME} or {@code /validate/NAME}
 * @param kind answers the reviews
 * @param timeout what the API server waits when it does not say, and at most
 * @param callers who may post
 */
public record ReviewRoute(String path, ReviewKind<?, ?> kind, Duration timeout, Callers callers) {}
