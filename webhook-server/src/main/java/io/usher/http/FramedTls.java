package io.usher.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractMetaDataConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS whose end points follow HTTP/2 frames, for {@link SlowClients} to see which are under way,
 * and give connections of HTTP/1.1 smaller buffers.
 */
final class FramedTls extends SslConnectionFactory {

  /**
   * A connection of HTTP/1.1 keeps its input buffer until its answer has ended, and a watch does
   * not end for long. Jetty makes it as large as a TLS record.
   */
  private static final int INPUT_BYTES = 8 << 10;

  FramedTls(SslContextFactory.Server tls, String next) {
    super(tls, next);
    // It compares Host with the certificate, and a kubelet's probe has the Pod's IP for a host.
    setEnsureSecureRequestCustomizer(false);
  }

  @Override
  protected SslConnection newSslConnection(
      Connector connector, EndPoint endPoint, SSLEngine engine) {
    return new Framed(connector, endPoint, engine);
  }

  private final class Framed extends SslConnection {

    Framed(Connector connector, EndPoint endPoint, SSLEngine engine) {
      super(
          connector.getByteBufferPool(),
          connector.getExecutor(),
          getSslContextFactory(),
          endPoint,
          engine,
          isDirectBuffersForDecryption(),
          isDirectBuffersForEncryption());
    }

    @Override
    protected SslEndPoint newSslEndPoint() {
      return new FramedEndPoint(this);
    }
  }

  /** The decrypted side of a connection. */
  static final class FramedEndPoint extends SslConnection.SslEndPoint {

    private final Http2Frames frames = new Http2Frames();

    private FramedEndPoint(SslConnection connection) {
      connection.super();
    }

    @Override
    public void setConnection(Connection connection) {
      super.setConnection(connection);
      if (connection instanceof AbstractMetaDataConnection http1) {
        http1.setInputBufferSize(INPUT_BYTES);
      }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      int filled = super.fill(buffer);
      if (filled > 0 && getConnection() instanceof HTTP2Connection) {
        frames.received(buffer, filled);
      }
      return filled;
    }

    Http2Frames frames() {
      return frames;
    }
  }
}
