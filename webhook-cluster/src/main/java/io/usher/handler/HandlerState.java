package io.usher.handler;

import io.usher.observe.HandlerIdentity;
import java.time.Duration;

/**
 * How a handler is.
 *
 * @param handler which
 * @param waiting for how many objects it is to be called, now or later
 * @param lag how long the one that is due longest waits
 */
public record HandlerState(HandlerIdentity handler, int waiting, Duration lag) {}
