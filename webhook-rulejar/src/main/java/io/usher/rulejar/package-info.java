/**
 * Rule jars: finds them, checks each against what this server shares, and loads each in a class
 * loader of its own.
 *
 * <p>Imports {@code engine}, {@code webhook} and its {@code declaration}; the server and the
 * command line import this. Read {@link io.usher.rulejar.RuleJars} first.
 */
@NullMarked
package io.usher.rulejar;

import org.jspecify.annotations.NullMarked;
