package io.usher.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes TCP connections on, and notes whether a TLS client offers HTTP/2. */
final class HandshakeRelay implements AutoCloseable {

  // ALPN's protocol name: its length, then itself (RFC 7301)
  private static final String HTTP2 = "\u0002h2";

  private final ServerSocket server;
  private final int target;
  private final AtomicBoolean http2 = new AtomicBoolean();

  HandshakeRelay(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  boolean sawHttp2Offered() {
    return http2.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      Socket backend = new Socket(InetAddress.getLoopbackAddress(), target);
      start(
          () -> {
            // the first bytes are the ClientHello
            var hello = new byte[16_384];
            int length = client.getInputStream().read(hello);
            if (length > 0) {
              if (new String(hello, 0, length, StandardCharsets.ISO_8859_1).contains(HTTP2)) {
                http2.set(true);
              }
              backend.getOutputStream().write(hello, 0, length);
            }
            client.getInputStream().transferTo(backend.getOutputStream());
            backend.shutdownOutput();
          });
      start(
          () -> {
            backend.getInputStream().transferTo(client.getOutputStream());
            client.close();
            backend.close();
          });
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // a connection's end is the relay's way to stop
              }
            },
            "handshake-relay");
    thread.setDaemon(true);
    thread.start();
  }
}
