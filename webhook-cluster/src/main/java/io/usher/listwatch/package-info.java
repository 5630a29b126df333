/**
 * Fills views of the cluster by Kubernetes' list-watch protocol: a list in pages, then a watch from
 * its version on, again from where it ended, and a new list only when the API server has forgotten
 * that version.
 *
 * <p>For each resource a {@link io.usher.listwatch.Reflector} reads, and a {@link
 * io.usher.listwatch.ResourceView} holds what it read. May import {@code connection}, {@code view}
 * and what that may import. Read {@link io.usher.listwatch.ResourceViews} first.
 */
@NullMarked
package io.usher.listwatch;

import org.jspecify.annotations.NullMarked;
