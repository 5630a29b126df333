package io.usher.review;

/**
 * An HTTP answer to a review call.
 *
 * @param status the HTTP status; 200 for every decision
 * @param contentType of the body: JSON for reviews and {@code Status}, text for a failed call
 * @param body the bytes; not copied, nobody changes them
 * @param retryAfterSeconds for {@code Retry-After}, 0 for none
 */
public record ReviewAnswer(int status, String contentType, byte[] body, int retryAfterSeconds) {}
