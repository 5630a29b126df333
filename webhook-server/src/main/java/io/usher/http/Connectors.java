package io.usher.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes Jetty's connectors. */
final class Connectors {

  /** What Jetty may keep of buffers that nobody uses, in bytes. */
  static final long MAX_IDLE_BUFFERS = 4L << 20;

  private Connectors() {}

  /**
   * Where and how a connector listens.
   *
   * @param name tells it from others of its server
   * @param address port 0 for any
   * @param connections of its clients
   * @param idleTimeout how long a connection may stay without a request
   * @param lastTimeout the same while the server stops
   */
  record Listening(
      String name,
      InetSocketAddress address,
      ClientConnections connections,
      Duration idleTimeout,
      Duration lastTimeout) {}

  /**
   * HTTP/2 and HTTP/1.1 over TLS.
   *
   * @param maxStreams of one HTTP/2 connection
   * @param maxHeaderBytes of one request
   * @param buffers where connections take theirs from
   */
  static ServerConnector tls(
      Server server,
      HttpConfiguration http,
      SslContextFactory.Server tls,
      int maxStreams,
      int maxHeaderBytes,
      ByteBufferPool buffers,
      Listening listening) {
    var alpn = new ALPNServerConnectionFactory("h2", "http/1.1");
    alpn.setDefaultProtocol("http/1.1");
    var http2 = new HTTP2ServerConnectionFactory(http);
    http2.setMaxConcurrentStreams(maxStreams);
    http2.setMaxHeaderBlockFragment(maxHeaderBytes);
    return connector(
        server,
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
        buffers,
        listening,
        new FramedTls(tls, alpn.getProtocol()),
        alpn,
        http2,
        new HttpConnectionFactory(http));
  }

  /** HTTP/1.1 without TLS. */
  static ServerConnector plain(Server server, HttpConfiguration http, Listening listening) {
    return connector(server, 1, jettys(), listening, new HttpConnectionFactory(http));
  }

  /** Jetty's own pool, for ports that a few clients use. */
  static ByteBufferPool jettys() {
    return new ArrayByteBufferPool(0, -1, -1, -1, MAX_IDLE_BUFFERS, MAX_IDLE_BUFFERS);
  }

  private static ServerConnector connector(
      Server server,
      int selectors,
      ByteBufferPool buffers,
      Listening listening,
      ConnectionFactory... protocols) {
    var connector = new ServerConnector(server, null, null, buffers, 1, selectors, protocols);
    connector.setName(listening.name());
    connector.setHost(listening.address().getHostString());
    connector.setPort(listening.address().getPort());
    connector.setIdleTimeout(listening.idleTimeout().toMillis());
    connector.setShutdownIdleTimeout(listening.lastTimeout().toMillis());
    connector.addBean(listening.connections());
    return connector;
  }
}
