package io.usher.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** HTTP/1.1 that sends what it is told to and changes nothing, as no library's client does. */
final class RawClient {

  /** Longer than any answer takes: what is open still is closed then, whatever arrives. */
  private static final Executor LATER = CompletableFuture.delayedExecutor(30, TimeUnit.SECONDS);

  private final URI server;
  private final SSLContext tls;

  RawClient(URI server, SSLContext tls) {
    this.server = server;
    this.tls = tls;
  }

  /**
   * Sends a request on a connection of its own.
   *
   * @param headers beside Host and Content-Length
   * @param body empty for none
   * @return the answer, of which the head is read
   */
  RawAnswer send(String method, String target, List<String> headers, String body) {
    try {
      var socket = tls.getSocketFactory().createSocket(server.getHost(), server.getPort());
      LATER.execute(() -> close(socket));
      byte[] content = body.getBytes(StandardCharsets.UTF_8);
      var head = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\n");
      head.append("Host: ").append(server.getAuthority()).append("\r\n");
      headers.forEach(header -> head.append(header).append("\r\n"));
      if (content.length > 0) {
        head.append("Content-Length: ").append(content.length).append("\r\n");
      }
      var out = socket.getOutputStream();
      out.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
      try {
        out.write(content);
        out.flush();
      } catch (IOException e) {
        // The server has answered, and reads no further: its answer is there nevertheless.
      }
      return RawAnswer.read(socket, method);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + target, e);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
