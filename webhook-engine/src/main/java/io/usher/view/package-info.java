/**
 * What rules see of the cluster, in memory: objects pruned to what is declared, immutable snapshots
 * of them, and the listers over one snapshot. Knows no API server: who has objects fills it.
 *
 * <p>May import {@code engine} and what that may import. Read {@link io.usher.view.Snapshot} first.
 */
@NullMarked
package io.usher.view;

import org.jspecify.annotations.NullMarked;
