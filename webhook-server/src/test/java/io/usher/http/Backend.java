package io.usher.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server behind a proxy, which sees and sends every byte as it is. */
final class Backend implements Closeable {

  /**
   * The head of a request.
   *
   * @param line {@code GET / HTTP/1.1}
   * @param headers by their names in lower case
   */
  record Head(String line, Map<String, String> headers) {}

  /** Serves the one request of a connection. */
  interface Service {
    void serve(Head head, InputStream in, OutputStream out) throws IOException;
  }

  /** Heads of the requests that came. */
  final Queue<Head> heads = new ConcurrentLinkedQueue<>();

  private final ServerSocket server;
  private final Service service;

  /**
   * @param tls null for plain HTTP
   */
  Backend(@Nullable SSLContext tls, Service service) throws IOException {
    this.service = service;
    InetAddress address = InetAddress.getByName("127.0.0.1");
    server =
        tls == null
            ? new ServerSocket(0, 50, address)
            : tls.getServerSocketFactory().createServerSocket(0, 50, address);
    start(this::accept);
  }

  private static void start(Runnable task) {
    var thread = new Thread(task, "backend");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        start(() -> serve(socket));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Head head = head(in);
      heads.add(head);
      service.serve(head, in, socket.getOutputStream());
    } catch (IOException e) {
      // The test looks at what the client sees.
    }
  }

  private static Head head(InputStream in) throws IOException {
    String first = line(in);
    var headers = new TreeMap<String, String>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + "; " + b);
    }
    return new Head(first, headers);
  }

  /** The next line, without its end. */
  static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** Writes a text at once. */
  static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
