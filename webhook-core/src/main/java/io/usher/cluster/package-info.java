/**
 * What rules read of the cluster beside their request.
 *
 * <p>A user's code takes a {@link io.usher.cluster.Lister} of a type that {@code @Reads} declares.
 * Imports {@code admission}. Read {@link io.usher.cluster.Lister} first.
 */
@NullMarked
package io.usher.cluster;

import org.jspecify.annotations.NullMarked;
