/**
 * The OpenAPI documents of versions 2 and 3: built-in kinds with Kubernetes' own schemas and
 * descriptions, registered types with theirs. Each document is made when it is first asked for.
 * Imports {@code apiserver.api} and {@code apiserver.schema}.
 *
 * <p>Read {@link io.usher.apiserver.openapi.OpenApi} first.
 */
@NullMarked
package io.usher.apiserver.openapi;

import org.jspecify.annotations.NullMarked;
