package io.usher.http;

/**
 * How large a body may be; 413 above it.
 *
 * @param bytes its largest size
 * @param setting that says so, for messages
 */
public record BodyLimit(int bytes, String setting) {}
