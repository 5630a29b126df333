/**
 * The rules that are measured, written as a user would write them. Each class is a webhook of its
 * own, and becomes a rule jar of its own.
 *
 * <p>Imports what a rule jar may: core's API, the fabric8 model, Jackson.
 */
@NullMarked
package io.usher.benchmarks.rules;

import org.jspecify.annotations.NullMarked;
