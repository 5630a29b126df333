/**
 * The goals of the Maven plugin, each a command of Usher's with parameters in place of its options.
 *
 * <p>The command runs in a JVM of its own, with the plugin's class path: within Maven, rules would
 * meet Maven's SLF4J in place of the server's. Imports Maven's plugin API; imported by nobody. Read
 * {@code ManifestsMojo} first.
 */
@NullMarked
package io.usher.maven;

import org.jspecify.annotations.NullMarked;
