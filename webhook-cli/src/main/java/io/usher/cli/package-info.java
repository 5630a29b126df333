/**
 * The command line: a class for each command, the exit codes that they share, and the process's
 * logging.
 *
 * <p>May import everything; imported by nothing. Read {@link io.usher.cli.Usher} first.
 */
@NullMarked
package io.usher.cli;

import org.jspecify.annotations.NullMarked;
