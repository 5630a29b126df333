package io.usher.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;

/** One HTTP/1.1 connection, kept as Go's client keeps it: until an answer says that it closes. */
final class KeptConnection implements AutoCloseable {

  /** What a connection takes at once, so that writing does not wait for the server. */
  private static final int SMALL = 64 << 10;

  private final Socket socket;
  private final InputStream in;
  private volatile boolean kept = true;

  KeptConnection(SSLContext context, int port) throws IOException {
    socket = context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(120_000);
    in = socket.getInputStream();
  }

  /** Whether another request may be sent. */
  boolean kept() {
    return kept;
  }

  /** An answer. */
  record Answer(int status, String body) {}

  /** Posts, and takes an answer that comes before everything is sent. */
  Answer post(String path, byte[] body) throws IOException {
    var request = new ByteArrayOutputStream();
    request.writeBytes(
        ("POST "
                + path
                + "?timeout=10s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(body);
    if (request.size() > SMALL) {
      var writer = new Thread(() -> write(request.toByteArray()));
      writer.setDaemon(true);
      writer.start();
    } else {
      socket.getOutputStream().write(request.toByteArray());
    }
    String[] status = line().split(" ", 3);
    int length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      String header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      } else if (header.equals("connection: close")) {
        kept = false;
      }
    }
    String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Answer(Integer.parseInt(status[1]), text);
  }

  private void write(byte[] request) {
    try {
      socket.getOutputStream().write(request);
    } catch (IOException e) {
      // The answer says why.
      kept = false;
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("closed before the answer: " + line);
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
