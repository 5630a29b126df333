/**
 * The Common Expression Language over JSON trees, as Kubernetes 1.36 has it: its libraries, its
 * messages, its costs. What can't be evaluated is refused when it is compiled.
 *
 * <p>The only package that imports dev.cel, of which it takes the parser and the checker; imports
 * nothing of Usher's. Read {@link io.usher.cel.PolicyCompiler} and {@link
 * io.usher.cel.SelfCompiler} first, then {@code Planner}, which makes steps of an expression. A
 * library's functions are declared where they are written: {@code StringFunctions}.
 */
@NullMarked
package io.usher.cel;

import org.jspecify.annotations.NullMarked;
