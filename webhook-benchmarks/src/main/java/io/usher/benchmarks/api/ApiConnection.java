package io.usher.benchmarks.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.usher.benchmarks.Connection;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLSocket;

/**
 * A keep-alive HTTP/1.1 connection over TLS to an API server, whichever: requests one after
 * another, or one watch. It does as little as it can. For one thread.
 */
final class ApiConnection implements AutoCloseable {

  /** As long as an API server may take for a request. */
  private static final int TIMEOUT_MILLIS = 60_000;

  private static final byte[] NOTHING = {};
  private static final String JSON = "application/json";

  private final SSLSocket socket;
  private final InputStream in;
  private final OutputStream out;
  private final String token;
  private byte[] body = new byte[16 << 10];
  private int length;
  private boolean chunked;

  private ApiConnection(SSLSocket socket, String token) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 16 << 10);
    this.out = socket.getOutputStream();
    this.token = token;
  }

  static ApiConnection open(Api api) throws IOException {
    SSLSocket socket = Connection.connect(api.tls(), api.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return new ApiConnection(socket, api.token());
  }

  void get(String path) throws IOException {
    expect(200, "GET", path, NOTHING);
  }

  void post(String path, byte[] object) throws IOException {
    expect(201, "POST", path, object);
  }

  /** The status that a POST is answered with. */
  int tryPost(String path, byte[] object) throws IOException {
    send("POST", path, JSON, object, object.length);
    return answer();
  }

  void put(String path, byte[] object) throws IOException {
    expect(200, "PUT", path, object);
  }

  /** Server-side apply; of an object that is there it answers 200, else 201. */
  void apply(int status, String path, byte[] object) throws IOException {
    send("PATCH", path, "application/apply-patch+yaml", object, object.length);
    expect(status, "PATCH " + path);
  }

  void delete(String path) throws IOException {
    expect(200, "DELETE", path, NOTHING);
  }

  /** Sends a request but for the second half of its object. */
  void postHalf(String path, byte[] object) throws IOException {
    send("POST", path, JSON, object, object.length / 2);
  }

  /** The body of the last answer. */
  String text() {
    return new String(body, 0, length, UTF_8);
  }

  /** How often these bytes are in the body of the last answer. */
  int count(String text) {
    byte[] wanted = text.getBytes(UTF_8);
    int count = 0;
    for (int i = 0; i + wanted.length <= length; i++) {
      if (Arrays.equals(body, i, i + wanted.length, wanted, 0, wanted.length)) {
        count++;
      }
    }
    return count;
  }

  private void expect(int status, String method, String path, byte[] content) throws IOException {
    send(method, path, JSON, content, content.length);
    expect(status, method + ' ' + path);
  }

  private void expect(int status, String request) throws IOException {
    int answered = answer();
    if (answered != status) {
      throw new IOException(request + " answered " + answered + ": " + text());
    }
  }

  /** Reads an answer: its status. */
  private int answer() throws IOException {
    int status = head();
    length = chunked ? 0 : length;
    if (chunked) {
      while (chunk()) {
        // Each is put behind the one before.
      }
    } else {
      room(length);
      fill(0, length);
    }
    return status;
  }

  /**
   * Watches until the connection is closed.
   *
   * @param begun runs when the stream has begun
   * @param stamps is told the time in each frame, {@link ConfigMaps#stamps}
   */
  void watch(String path, Runnable begun, LongConsumer stamps) throws IOException {
    send("GET", path, JSON, NOTHING, 0);
    socket.setSoTimeout(0);
    if (head() != 200 || !chunked) {
      throw new IOException("GET " + path + " begins no stream");
    }
    begun.run();
    length = 0;
    while (chunk()) {
      int end = length;
      while (end > 0 && body[end - 1] != '\n') {
        end--;
      }
      ConfigMaps.stamps(body, end, stamps);
      System.arraycopy(body, end, body, 0, length - end);
      length -= end;
    }
  }

  private void send(String method, String path, String type, byte[] content, int sent)
      throws IOException {
    String head =
        method
            + ' '
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAuthorization: Bearer "
            + token
            + "\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + content.length
            + "\r\n\r\n";
    byte[] request = Arrays.copyOf(head.getBytes(ISO_8859_1), head.length() + sent);
    System.arraycopy(content, 0, request, head.length(), sent);
    out.write(request);
  }

  /** Reads an answer's head: its status; {@link #chunked}, or else {@link #length}. */
  private int head() throws IOException {
    String status = line();
    length = 0;
    chunked = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = lower.endsWith("chunked");
      }
    }
    return Integer.parseInt(status.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
  }

  /**
   * Puts the next chunk behind what the body has; false when there is none. The line break behind a
   * chunk is read with the next one: servers may send it as late.
   */
  private boolean chunk() throws IOException {
    String size = line();
    if (size.isEmpty()) {
      size = line();
    }
    int bytes = Integer.parseInt(size, 16);
    room(length + bytes);
    fill(length, bytes);
    length += bytes;
    if (bytes == 0) {
      line();
    }
    return bytes > 0;
  }

  private void room(int size) {
    if (size > body.length) {
      body = Arrays.copyOf(body, Math.max(size, 2 * body.length));
    }
  }

  private void fill(int from, int count) throws IOException {
    if (in.readNBytes(body, from, count) < count) {
      throw new EOFException("the server closed the connection within an answer");
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder(64);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
