package io.usher.apiserver.proxy;

import io.usher.apiserver.api.Forwarding.UpstreamTls;

/**
 * Where a request goes.
 *
 * @param host a name or an address
 * @param port as a number; 0 for the scheme's own
 */
record Location(String scheme, String host, int port, UpstreamTls tls) {

  static final String HTTPS = "https";

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Host and port, the port as it was given. */
  String authority() {
    String joined = Literals.joined(host, port);
    return port == 0 ? joined.substring(0, joined.lastIndexOf(':')) : joined;
  }

  int connectedPort() {
    return port > 0 ? port : scheme.equals(HTTPS) ? HTTPS_PORT : HTTP_PORT;
  }
}
