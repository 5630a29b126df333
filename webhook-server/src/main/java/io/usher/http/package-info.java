/**
 * The wire: TLS and plain connectors, routes, limits on what a client may send, health and metrics
 * endpoints. The only package that imports Javalin and Jetty.
 *
 * <p>Javalin owns the server and answers {@code /metrics}. A Jetty handler in front of its servlet
 * answers probes and routes, as a servlet holds a thread while a body arrives or an answer is read,
 * and costs a tenth of a small review.
 *
 * <p>Imports {@code config}, {@code certs} and webhook-engine; imported by {@code server}. Read
 * {@link io.usher.http.Route} first, then {@link io.usher.http.Router}.
 */
@NullMarked
package io.usher.http;

import org.jspecify.annotations.NullMarked;
