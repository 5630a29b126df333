package io.usher.listwatch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a view is.
 *
 * @param resource {@code ingresses.networking.k8s.io}
 * @param objects how many it holds
 * @param age since the API server last told of it; null when it was never filled
 */
public record ViewState(String resource, int objects, @Nullable Duration age) {}
