/**
 * Conditions in the Common Expression Language over JSON trees, as Kubernetes has them in
 * matchConditions. What can't be evaluated here is refused when it is compiled.
 *
 * <p>The only package that imports dev.cel; imports nothing of Usher's. Read {@link
 * io.usher.cel.ConditionCompiler} first.
 */
@NullMarked
package io.usher.cel;

import org.jspecify.annotations.NullMarked;
