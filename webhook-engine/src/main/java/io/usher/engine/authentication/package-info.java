/**
 * The kind TokenReview, from bytes to bytes: codec, reader, writer, and the handler, which joins
 * the answers of the rules.
 *
 * <p>Imports {@code engine.chain} and what that imports; no HTTP. Read {@link
 * io.usher.engine.authentication.AuthenticationHandler} first.
 */
@NullMarked
package io.usher.engine.authentication;

import org.jspecify.annotations.NullMarked;
