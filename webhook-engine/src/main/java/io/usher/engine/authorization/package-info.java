/**
 * The kind SubjectAccessReview, from bytes to bytes: codec, reader, writer, and the handler, which
 * joins the answers of the rules.
 *
 * <p>Imports {@code engine.chain} and what that imports; no HTTP. Read {@link
 * io.usher.engine.authorization.AuthorizationHandler} first.
 */
@NullMarked
package io.usher.engine.authorization;

import org.jspecify.annotations.NullMarked;
