/**
 * What rule classes declare: one set of checks over descriptions of classes that either javac or
 * reflection has read, so that the same misuse is the same message at compile time and at start.
 *
 * <p>For {@code webhook}, {@code processor} and the server's {@code rules}; not for rules. Imports
 * {@code rule}. Read {@link io.usher.webhook.declaration.ClassDeclaration} first.
 */
@NullMarked
package io.usher.webhook.declaration;

import org.jspecify.annotations.NullMarked;
