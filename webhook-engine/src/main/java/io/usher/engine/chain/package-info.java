/**
 * The chain of a webhook's rules: each sees the object as the earlier ones left it.
 *
 * <p>May import {@code engine} and what that may import. Read {@link
 * io.usher.engine.chain.RuleChain} first.
 */
@NullMarked
package io.usher.engine.chain;

import org.jspecify.annotations.NullMarked;
