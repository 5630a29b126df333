/**
 * Ready-made rules of the doors for authentication and authorization, by a file: tokens, issuers,
 * roles, policies, other servers.
 *
 * <p>Imports {@code server}, {@code aggregated}, {@code client} and the parts of {@code
 * apiserver.*}. Read {@link io.usher.parts.ConfiguredParts} first.
 */
@NullMarked
package io.usher.parts;

import org.jspecify.annotations.NullMarked;
