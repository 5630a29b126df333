package io.usher.observe;

/**
 * A handler.
 *
 * @param webhook the qualified name of the webhook whose class has it
 * @param handler {@code Class.method}, unique in its webhook
 */
public record HandlerIdentity(String webhook, String handler) {}
