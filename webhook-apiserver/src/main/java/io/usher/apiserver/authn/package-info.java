/**
 * Who makes a request: client certificates, tokens, passwords, nobody; and who acts as somebody
 * else. {@link io.usher.apiserver.authn.ServiceAccountTokens} issues tokens, too.
 *
 * <p>Imports {@code api}, {@code file}, {@code authz} (impersonation is authorized) and {@code
 * io.usher.admission}. Read {@link io.usher.apiserver.authn.AuthenticatorChain} first; each
 * authenticator is of use without it.
 */
@NullMarked
package io.usher.apiserver.authn;

import org.jspecify.annotations.NullMarked;
