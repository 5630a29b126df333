/**
 * What the server tells of itself: metrics of reviews and rules, and a line for each decision, by
 * SLF4J. A package of its own, as none of it needs to know of HTTP: {@code http} serves a text that
 * it is handed.
 *
 * <p>Imports {@code config}, {@code observe}, webhook-core and Micrometer; imported by {@code
 * server} and {@code cli}. Read {@link io.usher.telemetry.ReviewMetrics} first.
 */
@NullMarked
package io.usher.telemetry;

import org.jspecify.annotations.NullMarked;
