package io.usher.http;

import io.usher.observe.Caller;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call whose headers have come, free of any HTTP library. */
public interface HttpCall {

  /** In capitals: {@code POST}. */
  String method();

  /** As the client wrote it, without the query. */
  String path();

  /** What follows the question mark, or null. */
  @Nullable String query();

  /** The first value of a header, or null; its name has no case. */
  @Nullable String header(String name);

  /** All headers, each name with its values in their order; names have no case. */
  Map<String, List<String>> headers();

  /** What {@code Content-Length} announces, or -1. */
  long contentLength();

  /** When its first byte came, on {@link System#nanoTime()}'s scale. */
  long beganNanos();

  /** Where it comes from; null when the client has just gone. */
  @Nullable SocketAddress remoteAddress();

  /**
   * What the client showed in the TLS handshake, its own certificate first: verified against the
   * client CAs of all paths. Empty when it showed none.
   */
  List<X509Certificate> clientCertificates();

  /** Who the caller is, as the route's {@link Callers} have found. */
  Caller caller();
}
