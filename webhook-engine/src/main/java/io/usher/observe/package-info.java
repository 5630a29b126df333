/**
 * What metrics, logs and traces hook into: one interface, called by the engine while it works.
 *
 * <p>Everything above {@code admission} may import this package. Read {@link
 * io.usher.observe.ReviewObserver} first.
 */
@NullMarked
package io.usher.observe;

import org.jspecify.annotations.NullMarked;
