/**
 * Another server as a client asks it: by a kubeconfig, or as a Pod's ServiceAccount.
 *
 * <p>May import {@code admission}, {@code certs} and {@code connection}. Read {@link
 * io.usher.client.ClusterClient} first.
 */
@NullMarked
package io.usher.client;

import org.jspecify.annotations.NullMarked;
