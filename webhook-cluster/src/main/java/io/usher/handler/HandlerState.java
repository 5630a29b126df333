package io.usher.handler;

import io.usher.observe.HandlerIdentity;

/**
 * How a handler is.
 *
 * @param handler which
 * @param waiting for how many objects it is to be called
 */
public record HandlerState(HandlerIdentity handler, int waiting) {}
