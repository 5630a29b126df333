/**
 * What a rule is and how a chain of them is evaluated.
 *
 * <p>A user's code starts at {@link io.usher.rule.Webhook}, {@link io.usher.rule.Mutating} and
 * {@link io.usher.rule.Validating}, and answers with a {@link io.usher.rule.Decision}. The engine
 * is {@link io.usher.rule.RuleChain}. Imports {@code admission}, {@code observe} and {@code patch}.
 */
@NullMarked
package io.usher.rule;

import org.jspecify.annotations.NullMarked;
