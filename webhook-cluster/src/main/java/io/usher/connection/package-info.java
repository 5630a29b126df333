/**
 * How a client of an API server is connected, and why a call of it failed.
 *
 * <p>Imports fabric8's client; imported by all packages that talk to an API server. Read {@link
 * io.usher.connection.Connection}, the only type.
 */
@NullMarked
package io.usher.connection;

import org.jspecify.annotations.NullMarked;
