/**
 * What the classes of rule jars call after the server has put its checks into them. Shared with
 * rule jars by the names of its classes; rules don't call it, and SemVer doesn't cover it.
 *
 * <p>Imports the JDK alone. Read {@link io.usher.rulejar.guard.LoopGuard} first.
 */
@NullMarked
package io.usher.rulejar.guard;

import org.jspecify.annotations.NullMarked;
