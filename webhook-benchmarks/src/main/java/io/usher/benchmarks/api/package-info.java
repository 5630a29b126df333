/**
 * {@code make bench-api}: the embedded API server against kube-apiserver and etcd, in one run, by
 * the same clients and on the same disk.
 *
 * <p>Nothing imports this package. Read {@link io.usher.benchmarks.api.ApiBench} first, then {@code
 * Servers}, which starts what is measured, and {@code Rounds}, in which they take turns.
 */
@NullMarked
package io.usher.benchmarks.api;

import org.jspecify.annotations.NullMarked;
