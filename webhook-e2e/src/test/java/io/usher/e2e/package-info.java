/**
 * The shipped server under a real kube-apiserver.
 *
 * <p>{@link io.usher.e2e.ClusterExtension} starts one API server and one Usher for the suite; each
 * test has a {@link io.usher.e2e.TestNamespace} of its own and registers webhooks for that alone.
 * Read {@link io.usher.e2e.ConformanceIT} first. The rules that the tests call are this module's
 * main sources.
 */
@NullMarked
package io.usher.e2e;

import org.jspecify.annotations.NullMarked;
