package io.usher.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A keep-alive HTTP/1.1 connection over TLS 1.3 that posts one request after another. It does as
 * little as it can, so that the load generator needs less of its core than a server of its own.
 */
public final class Connection implements AutoCloseable {

  private static final byte[] LENGTH = "content-length:".getBytes(US_ASCII);

  /** As long as an API server waits at most. */
  private static final int TIMEOUT_MILLIS = 30_000;

  private final SSLSocket socket;
  private final OutputStream out;
  private final InputStream in;
  private byte[] buffer = new byte[16 << 10];
  private int filled;

  private Connection(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.in = socket.getInputStream();
  }

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param body its bytes
   */
  record Answer(int status, byte[] body) {}

  /** Connects to a local port; the handshake is done when it returns. */
  static Connection open(SSLContext tls, int port) throws IOException {
    SSLSocket socket = connect(tls, port);
    try {
      return new Connection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** A socket that is connected to a local port and has shaken hands, by TLS 1.3. */
  public static SSLSocket connect(SSLContext tls, int port) throws IOException {
    var socket = (SSLSocket) tls.getSocketFactory().createSocket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {"TLSv1.3"});
      parameters.setServerNames(List.of(new SNIHostName("localhost")));
      socket.setSSLParameters(parameters);
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The bytes of a request that posts this body. */
  static byte[] request(String path, byte[] body) {
    String head =
        """
        POST %s HTTP/1.1\r
        Host: localhost\r
        User-Agent: kube-apiserver-admission\r
        Accept: application/json, */*\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(path, body.length);
    byte[] request = Arrays.copyOf(head.getBytes(US_ASCII), head.length() + body.length);
    System.arraycopy(body, 0, request, head.length(), body.length);
    return request;
  }

  /** Sends a request and waits for its answer. */
  Answer post(byte[] request) throws IOException {
    out.write(request);
    filled = 0;
    int bodyStart = readHead();
    int bodyEnd = bodyStart + length(bodyStart);
    while (filled < bodyEnd) {
      fill();
    }
    int status = Integer.parseInt(new String(buffer, "HTTP/1.1 ".length(), 3, US_ASCII));
    return new Answer(status, Arrays.copyOfRange(buffer, bodyStart, bodyEnd));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private int readHead() throws IOException {
    int looked = 0;
    while (true) {
      for (; looked + 4 <= filled; looked++) {
        if (buffer[looked] == '\r'
            && buffer[looked + 1] == '\n'
            && buffer[looked + 2] == '\r'
            && buffer[looked + 3] == '\n') {
          return looked + 4;
        }
      }
      fill();
    }
  }

  private int length(int headEnd) throws IOException {
    for (int i = 0; i + LENGTH.length < headEnd; i++) {
      if (buffer[i] == '\n' && isLength(i + 1)) {
        return number(i + 1 + LENGTH.length);
      }
    }
    throw new IOException(
        "an answer without a length: " + new String(buffer, 0, headEnd, ISO_8859_1));
  }

  private boolean isLength(int from) {
    for (int i = 0; i < LENGTH.length; i++) {
      if (Character.toLowerCase(buffer[from + i]) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private int number(int from) {
    int end = from;
    while (buffer[end] != '\r') {
      end++;
    }
    return Integer.parseInt(new String(buffer, from, end - from, US_ASCII).strip());
  }

  private void fill() throws IOException {
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int count = in.read(buffer, filled, buffer.length - filled);
    if (count < 0) {
      throw new EOFException(
          "the server closed the connection behind " + new String(buffer, 0, filled, ISO_8859_1));
    }
    filled += count;
  }
}
