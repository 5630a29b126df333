/**
 * Certificates of Usher's own in a cluster: a CA and the server's certificate in Secrets, and the
 * bundle in the webhook configurations, kept by a process that is not the server.
 *
 * <p>{@code Renewal} decides from what was seen and the time alone, {@code Authority} carries it
 * out again and again, and {@code KubernetesCluster} is the only class that talks to an API server.
 * A certificate leaves the bundle when it has expired and never earlier, so no order of writes by
 * others can take away what a server's certificate needs for longer than until the next look.
 *
 * <p>Imports {@code certs}, {@code connection} and fabric8's client; imported by {@code cli}. Read
 * {@link io.usher.authority.Authority} first.
 */
@NullMarked
package io.usher.authority;

import org.jspecify.annotations.NullMarked;
