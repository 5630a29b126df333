/**
 * The mutators of rule jars over objects that exist: what each object should be, and the patch that
 * makes it so.
 *
 * <p>{@link io.usher.initializer.MutatorChain} asks the rules as an API server would for an update
 * that changes nothing, {@link io.usher.initializer.Initializer} lists, watches and patches.
 * Nothing is stored: after a restart all objects are listed again. May import {@code leader},
 * {@code listwatch}, {@code write} and the webhooks of {@code apiserver.admission}. Read {@link
 * io.usher.initializer.Initializer} first.
 */
@NullMarked
package io.usher.initializer;

import org.jspecify.annotations.NullMarked;
