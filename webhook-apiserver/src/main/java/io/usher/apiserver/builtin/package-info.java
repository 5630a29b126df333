/**
 * Kubernetes' own kinds as resource types: what kube-apiserver serves by default, generated from
 * it, and for the kinds that rules see most also defaults, validation and table cells. Imports
 * {@code apiserver.api} and {@code apiserver.schema}.
 *
 * <p>Read {@link io.usher.apiserver.builtin.BuiltInTypes} first, then the file of one kind, such as
 * {@code ConfigMaps}.
 */
@NullMarked
package io.usher.apiserver.builtin;

import org.jspecify.annotations.NullMarked;
