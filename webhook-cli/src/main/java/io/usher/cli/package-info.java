/**
 * The command line, and the composition root: here the parts are made and joined.
 *
 * <p>May import everything; imported by nothing. Read {@link io.usher.cli.Usher} first.
 */
@NullMarked
package io.usher.cli;

import org.jspecify.annotations.NullMarked;
