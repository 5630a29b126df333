package io.usher.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A TLS connection on which a test writes what it likes. */
final class RawClient implements AutoCloseable {

  /** An HTTP/1.1 answer. */
  record Answer(int status, Map<String, String> headers, String body) {}

  private final SSLSocket socket;
  private final InputStream in;
  private byte[] frame = {};
  private int stream;

  RawClient(SSLContext context, int port, String... protocols) throws IOException {
    this(context, InetAddress.getByName("127.0.0.1"), port, protocols);
  }

  RawClient(SSLContext context, InetAddress from, int port, String... protocols)
      throws IOException {
    socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getByName("127.0.0.1"), port, from, 0);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    in = socket.getInputStream();
  }

  SSLSocket socket() {
    return socket;
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** The start of a review call, up to the headers given; an empty line must follow. */
  RawClient begin(String... headers) throws IOException {
    send("POST " + TestServer.PATH + "?timeout=30s HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      send(header + "\r\n");
    }
    return this;
  }

  /** A whole review call. */
  RawClient post(byte[] body) throws IOException {
    begin("Content-Type: application/json", "Content-Length: " + body.length, "");
    return send(body);
  }

  /** Reads one answer; an {@link EOFException} when the server closed instead. */
  Answer read() throws IOException {
    var head = readHead();
    int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the answer's body ended after " + body.length);
    }
    return new Answer(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8));
  }

  /** Reads one answer that has no body, whatever its headers say. */
  Answer readHead() throws IOException {
    String[] status = line().split(" ", 3);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Answer(Integer.parseInt(status[1]), headers, "");
  }

  /** Reads HTTP/2 frames up to the next one of this type; an {@link EOFException} without one. */
  RawClient awaitFrame(int type) throws IOException {
    var frames = new DataInputStream(in);
    int found;
    do {
      int lengthAndType = frames.readInt();
      found = lengthAndType & 0xFF;
      frames.skipNBytes(1);
      stream = frames.readInt();
      frame = frames.readNBytes(lengthAndType >>> 8);
    } while (found != type);
    return this;
  }

  /** The stream of the last frame. */
  int stream() {
    return stream;
  }

  /** What the last frame held. */
  byte[] frame() {
    return frame;
  }

  /** Reads whatever comes for so long, and tells whether it ends. */
  boolean endsWithin(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      byte[] some = new byte[1024];
      while (in.read(some) >= 0) {
        continue;
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  /** Whether the server has closed the connection. */
  boolean closedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
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
