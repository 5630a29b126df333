/**
 * What the server tells of itself: its groups, versions and resources, its version, and whether it
 * is well. May import {@code api}.
 *
 * <p>Read {@link io.usher.apiserver.discovery.Discovery} first.
 */
@NullMarked
package io.usher.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
