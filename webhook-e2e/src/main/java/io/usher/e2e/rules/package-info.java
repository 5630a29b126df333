/**
 * The rules that the end-to-end tests call, one class for each webhook. Read {@link
 * io.usher.e2e.rules.DenyUnwanted} first.
 */
@NullMarked
package io.usher.e2e.rules;

import org.jspecify.annotations.NullMarked;
