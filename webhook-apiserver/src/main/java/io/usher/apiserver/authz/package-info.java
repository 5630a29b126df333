/**
 * Who may do what: ABAC by a policy file, RBAC by objects, and the chain of authorizers.
 *
 * <p>Imports {@code api}, {@code file} and {@code io.usher.admission}. Read {@link
 * io.usher.apiserver.authz.AuthorizerChain} first; each authorizer is of use without it.
 */
@NullMarked
package io.usher.apiserver.authz;

import org.jspecify.annotations.NullMarked;
