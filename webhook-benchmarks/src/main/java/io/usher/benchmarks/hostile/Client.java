package io.usher.benchmarks.hostile;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A connection over loopback that sends what it likes. */
final class Client implements AutoCloseable {

  private static final InetAddress ATTACKER = address(1);
  private static final InetAddress VICTIM = address(2);
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;

  private Client(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /** An attacker's TLS connection. */
  static Client tls(Target target, String... protocols) throws IOException {
    return new Client(handshake(target.tls(), plainSocket(ATTACKER, target.port(), 0), protocols));
  }

  /** The same, with a certificate that the server does not know. */
  static Client stranger(Target target) throws IOException {
    return new Client(handshake(target.stranger(), plainSocket(ATTACKER, target.port(), 0)));
  }

  /** An attacker's TLS connection with as small a receive buffer as there is. */
  static Client tlsThatReadsNothing(Target target, String... protocols) throws IOException {
    return new Client(handshake(target.tls(), plainSocket(ATTACKER, target.port(), 1), protocols));
  }

  /** The victim's TLS connection, from an address of its own. */
  static Client victim(Target target) throws IOException {
    return new Client(handshake(target.tls(), plainSocket(VICTIM, target.port(), 0)));
  }

  /** An attacker's connection without TLS. */
  static Client plain(int port, boolean readsNothing) throws IOException {
    return new Client(plainSocket(ATTACKER, port, readsNothing ? 1 : 0));
  }

  /** The victim's connection without TLS. */
  static Client plainVictim(int port) throws IOException {
    return new Client(plainSocket(VICTIM, port, 0));
  }

  Client send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Client send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Reads one HTTP/1.1 answer and gives its status. */
  int status() throws IOException {
    return Integer.parseInt(answer().substring(9, 12));
  }

  /** Reads one HTTP/1.1 answer, head and body. */
  String answer() throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("closed");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    int at = text.toLowerCase(Locale.ROOT).indexOf("content-length:");
    int length =
        at < 0 ? 0 : Integer.parseInt(text.substring(at + 15, text.indexOf('\r', at)).strip());
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("closed within an answer");
    }
    return text + new String(body, StandardCharsets.UTF_8);
  }

  /** Reads until the server closes the connection. */
  String everything() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Reads HTTP/2 frames until the server ends a stream or the connection, and names how. */
  String http2End() throws IOException {
    while (true) {
      byte[] head = in.readNBytes(9);
      if (head.length < 9) {
        return "closed";
      }
      int length = (head[0] & 0xFF) << 16 | (head[1] & 0xFF) << 8 | head[2] & 0xFF;
      byte[] payload = in.readNBytes(length);
      if (head[3] == Http2.GO_AWAY && payload.length >= 8) {
        return "GOAWAY, error " + payload[7];
      }
      if (head[3] == Http2.RST_STREAM && payload.length == 4) {
        return "RST_STREAM, error " + payload[3];
      }
    }
  }

  /** Waits up to so long for the server to say or end something. */
  String silence(int millis) {
    try {
      socket.setSoTimeout(millis);
      return in.read() < 0 ? "closed" : "answered";
    } catch (SocketTimeoutException e) {
      return "left open";
    } catch (IOException e) {
      return "closed";
    }
  }

  @Override
  public void close() {
    try {
      // No close_notify: it would wait for a server that does not read.
      socket.close();
    } catch (IOException e) {
      return;
    }
  }

  private static SSLSocket handshake(SSLContext tls, Socket plain, String... protocols)
      throws IOException {
    try {
      var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", 0, true);
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(protocols);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static Socket plainSocket(InetAddress from, int port, int receiveBuffer)
      throws IOException {
    var socket = new Socket();
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setReuseAddress(true);
      // So that thousands of closed connections keep no port.
      socket.setSoLinger(true, 0);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.setTcpNoDelay(true);
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(ATTACKER, port), PATIENCE_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    } catch (IOException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
