package io.usher.observe;

/**
 * Tells one review's events from those of others.
 *
 * @param number unique among the reviews of one executor, rising
 * @param endpoint what it was posted to
 * @param caller who asks
 */
public record ReviewIdentity(long number, Endpoint endpoint, Caller caller) {}
