/**
 * A Kubernetes API server as a library. The packages below hold its parts; none of them knows an
 * HTTP library.
 */
@NullMarked
package io.usher.apiserver;

import org.jspecify.annotations.NullMarked;
