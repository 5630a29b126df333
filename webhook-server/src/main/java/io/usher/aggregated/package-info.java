/**
 * An API server behind kube-apiserver: an {@code APIService} sends it the requests of a group.
 * kube-apiserver says who calls and whether he may, and its policies and webhooks admit.
 *
 * <p>May import {@code http}, {@code client} and what those may. Read {@link
 * io.usher.aggregated.AggregatedApiServer} first.
 */
@NullMarked
package io.usher.aggregated;

import org.jspecify.annotations.NullMarked;
