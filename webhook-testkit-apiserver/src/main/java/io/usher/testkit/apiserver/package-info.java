/**
 * A Kubernetes API server in the test's own JVM: {@code @ApiServerTest} for JUnit, {@link
 * io.usher.testkit.apiserver.ApiServer} without it. Test classes import this package, and nothing
 * of Usher's does. Read {@link io.usher.testkit.apiserver.ApiServerTest} first, then {@link
 * io.usher.testkit.apiserver.ApiServer}.
 */
@NullMarked
package io.usher.testkit.apiserver;

import org.jspecify.annotations.NullMarked;
