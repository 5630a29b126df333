/**
 * What a rule is, and what it decides; what a handler is, and what comes of it.
 *
 * <p>A user's code starts at {@link io.usher.rule.Webhook}, {@link io.usher.rule.Mutating} and
 * {@link io.usher.rule.Validating}, and answers with a {@link io.usher.rule.Decision}; or at {@link
 * io.usher.rule.Reconciling}, and answers with an {@link io.usher.rule.Outcome}; or at {@link
 * io.usher.rule.Authenticating} and {@link io.usher.rule.Authorizing}; or at {@link
 * io.usher.rule.Converting}. Imports {@code admission}, {@code authentication}, {@code
 * authorization}, {@code cluster}, {@code conversion} and {@code patch}.
 */
@NullMarked
package io.usher.rule;

import org.jspecify.annotations.NullMarked;
