package io.usher.handler;

/**
 * How a handler is.
 *
 * @param handler {@code Class.method}
 * @param waiting for how many objects it is to be called
 */
public record HandlerState(String handler, int waiting) {}
