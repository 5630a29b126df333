/**
 * Finds what makes a webhook configuration, of this project or any other, a danger to its cluster.
 *
 * <p>A {@link io.usher.manifest.lint.LintRule} is one thing to find, with its id, its severity and
 * what to do about it; the checks themselves are in {@code EntryChecks} and {@code ClusterChecks}.
 * Imports webhook-core; imported by {@code cli}. Read {@link io.usher.manifest.lint.Lint} first.
 */
@NullMarked
package io.usher.manifest.lint;

import org.jspecify.annotations.NullMarked;
