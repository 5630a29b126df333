/**
 * What the process tells of itself: metrics of reviews and rules, a line for each decision, and the
 * logging that carries it. A package of its own, as none of it needs to know of HTTP: {@code http}
 * serves a text that it is handed.
 *
 * <p>Imports webhook-core, Micrometer and Logback; imported by {@code cli}. Read {@link
 * io.usher.telemetry.ReviewMetrics} first.
 */
@NullMarked
package io.usher.telemetry;

import org.jspecify.annotations.NullMarked;
