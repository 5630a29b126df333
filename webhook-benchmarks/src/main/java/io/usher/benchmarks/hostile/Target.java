package io.usher.benchmarks.hostile;

import javax.net.ssl.SSLContext;

/**
 * The server that is attacked.
 *
 * @param port of reviews
 * @param healthPort of probes and metrics
 * @param tls of a client that trusts it
 * @param stranger the same, with a certificate of a CA that the server does not know
 */
record Target(int port, int healthPort, SSLContext tls, SSLContext stranger) {

  static final String PATH = "/mutate/labeler.example.com";
}
