/**
 * The running server: a program starts it with {@link io.usher.server.UsherServer#create}, as
 * {@code usher serve} does. What is served at one moment is one {@code Serving}, which is replaced
 * as a whole.
 *
 * <p>Imports {@code http}, {@code telemetry}, {@code config} and what those may import, {@code
 * rulejar} and {@code certs}; imported by {@code cli}. Read {@link io.usher.server.UsherServer}
 * first.
 */
@NullMarked
package io.usher.server;

import org.jspecify.annotations.NullMarked;
