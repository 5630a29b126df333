/**
 * What kube-apiserver asks of a custom resource that is wanted in another version: the record of
 * the request, kinds in all of their versions, and the ways between versions.
 *
 * <p>Imports nothing of Usher. Read {@link io.usher.conversion.VersionGraph} first.
 */
@NullMarked
package io.usher.conversion;

import org.jspecify.annotations.NullMarked;
