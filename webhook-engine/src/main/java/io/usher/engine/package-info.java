/**
 * One review on its way through bounded threads, time and memory, whatever kind of review it is.
 *
 * <p>May import {@code observe} and the packages of {@code webhook-core}. Read {@link
 * io.usher.engine.ReviewExecutor} first.
 */
@NullMarked
package io.usher.engine;

import org.jspecify.annotations.NullMarked;
