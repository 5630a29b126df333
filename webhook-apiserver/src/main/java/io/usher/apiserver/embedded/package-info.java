/**
 * The API server of tests and demos: Kubernetes' own kinds, its default namespaces and roles, the
 * reviews of access, and the controllers without which namespaces and owners do not work. May
 * import every package of the API server; none imports it.
 *
 * <p>Read {@link io.usher.apiserver.embedded.EmbeddedApiServer} first.
 */
@NullMarked
package io.usher.apiserver.embedded;

import org.jspecify.annotations.NullMarked;
