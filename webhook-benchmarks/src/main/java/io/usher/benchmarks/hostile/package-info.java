/**
 * {@code make hostile}: clients that mean harm, one kind after another, against a server in a
 * cgroup with the limits and flags that it has in a cluster, while a victim at another address must
 * get its reviews answered in time.
 *
 * <p>All traffic stays on this machine's loopback. Nothing imports this package. Read {@link
 * io.usher.benchmarks.hostile.Hostile} first, then {@link io.usher.benchmarks.hostile.Attack}.
 */
@NullMarked
package io.usher.benchmarks.hostile;

import org.jspecify.annotations.NullMarked;
