/**
 * Runs handlers: what changes in the views of the cluster goes through a queue for each handler,
 * one object at a time, and what comes of it is written to the API server.
 *
 * <p>{@code HandlerLoop} calls one handler, {@code WorkQueue} says for which object and when,
 * {@code Effects} tells what is to be written, {@code CallResults} has it written. May import
 * {@code listwatch}, {@code leader}, {@code write} and what these may import; imported by {@code
 * server}. Read {@link io.usher.handler.Handlers} first.
 */
@NullMarked
package io.usher.handler;

import org.jspecify.annotations.NullMarked;
