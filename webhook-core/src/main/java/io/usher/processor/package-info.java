/**
 * The annotation processor: javac's view of rule classes, the same checks as at start, and the
 * index that a rule jar bears.
 *
 * <p>Run by javac alone; nothing imports it. Imports {@code rule} and {@code webhook.declaration}.
 * Read {@link io.usher.processor.RuleProcessor} first.
 */
@NullMarked
package io.usher.processor;

import org.jspecify.annotations.NullMarked;
