/**
 * What the server decided, as objects of {@code admission.usher.io/v1}: each replica keeps its last
 * Decisions, counts for its Rules, and gathers those of its peers for whoever asks.
 *
 * <p>May import {@code aggregated}, {@code telemetry} and what those may. Read {@link
 * io.usher.decisions.DecisionApi} first, then {@code DecisionLog}, which reviews write to, and
 * {@code Peers}.
 */
@NullMarked
package io.usher.decisions;

import org.jspecify.annotations.NullMarked;
