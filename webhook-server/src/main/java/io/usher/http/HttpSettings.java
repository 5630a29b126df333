package io.usher.http;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What the server listens on, and what it bears from clients.
 *
 * @param reviews the TLS address; port 0 for any
 * @param health the plain address of the health routes and metrics; port 0 for any
 * @param reserve what is kept of a call's time
 * @param maxBodyBytes 413 above it
 * @param headerTimeout from a request's first byte to the end of its headers, and for a handshake
 * @param idleTimeout how long a connection may stay without a request: longer than the API server's
 *     90 s, as it does not send a review again that met a closing connection
 * @param maxUnfinishedPerPeer requests under way of one address; the oldest are ended above it
 */
public record HttpSettings(
    InetSocketAddress reviews,
    InetSocketAddress health,
    TimeReserve reserve,
    int maxBodyBytes,
    Duration headerTimeout,
    Duration idleTimeout,
    int maxUnfinishedPerPeer) {}
