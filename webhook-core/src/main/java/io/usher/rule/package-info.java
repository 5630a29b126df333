/**
 * What a rule is, and what it decides.
 *
 * <p>A user's code starts at {@link io.usher.rule.Webhook}, {@link io.usher.rule.Mutating} and
 * {@link io.usher.rule.Validating}, and answers with a {@link io.usher.rule.Decision}. Imports
 * {@code admission}, {@code cluster} and {@code patch}.
 */
@NullMarked
package io.usher.rule;

import org.jspecify.annotations.NullMarked;
