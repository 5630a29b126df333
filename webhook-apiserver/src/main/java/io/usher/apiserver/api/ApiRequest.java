package io.usher.apiserver.api;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * A request, free of any HTTP library.
 *
 * @param method in capitals, {@code GET}
 * @param path decoded, without the query: {@code /api/v1/namespaces/default/pods}
 * @param query the URL's parameters
 * @param headers the request's headers
 * @param body the whole body, not gzipped any more; empty without one. Not copied, and must not
 *     change
 * @param clientCertificates the chain that the client showed in the TLS handshake, its own first;
 *     none when it showed none. Verified against the client CAs by whoever made the connection
 * @param remoteAddress where the client is, for the audit log
 */
public record ApiRequest(
    String method,
    String path,
    QueryParameters query,
    Headers headers,
    byte[] body,
    List<X509Certificate> clientCertificates,
    String remoteAddress) {

  private static final byte[] NOTHING = new byte[0];

  public ApiRequest {
    Objects.requireNonNull(body, "body");
    clientCertificates = List.copyOf(clientCertificates);
  }

  /**
   * A request without body, headers or certificates.
   *
   * @param uri path and query, {@code /api/v1/pods?watch=1}
   */
  public static ApiRequest of(String method, String uri) {
    int mark = uri.indexOf('?');
    return new ApiRequest(
        method,
        mark < 0 ? uri : uri.substring(0, mark),
        QueryParameters.parse(mark < 0 ? "" : uri.substring(mark + 1)),
        Headers.NONE,
        NOTHING,
        List.of(),
        "");
  }

  /** The same with other headers. */
  public ApiRequest withHeaders(Headers others) {
    return new ApiRequest(method, path, query, others, body, clientCertificates, remoteAddress);
  }

  /** The same with a body. */
  public ApiRequest withBody(byte[] other) {
    return new ApiRequest(method, path, query, headers, other, clientCertificates, remoteAddress);
  }

  /** The same with a client's certificates. */
  public ApiRequest withClientCertificates(List<X509Certificate> others) {
    return new ApiRequest(method, path, query, headers, body, others, remoteAddress);
  }
}
