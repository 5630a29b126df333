/**
 * Who bears a JSON Web Token of an issuer that a configuration names: kube-apiserver's {@code
 * AuthenticationConfiguration} and its flags {@code --oidc-*}.
 *
 * <p>The only package that imports Nimbus. Imports {@code authn}, {@code cel} and {@code json}.
 * Read {@link io.usher.apiserver.authn.jwt.JwtAuthenticator} first, then {@code IssuerKeys}, which
 * decides when an issuer is asked for its keys.
 */
@NullMarked
package io.usher.apiserver.authn.jwt;

import org.jspecify.annotations.NullMarked;
