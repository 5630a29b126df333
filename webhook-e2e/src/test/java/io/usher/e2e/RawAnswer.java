package io.usher.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** An answer on the wire, of which the body is read when somebody asks. For one thread. */
final class RawAnswer implements AutoCloseable {

  private static final int SWITCHING_PROTOCOLS = 101;

  private final Socket socket;
  private final InputStream in;
  private final int code;
  private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final boolean bodiless;
  private boolean chunked;

  /** What is read of the body, and not yet a whole frame. */
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

  private RawAnswer(Socket socket, String method) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
    code = Integer.parseInt(line().split(" ")[1]);
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      headers
          .computeIfAbsent(header.substring(0, colon), each -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    bodiless = method.equals("HEAD") || code == 204 || code == 304;
  }

  static RawAnswer read(Socket socket, String method) throws IOException {
    return new RawAnswer(socket, method);
  }

  int code() {
    return code;
  }

  /** By their names, which have no case. */
  Map<String, List<String>> headers() {
    return headers;
  }

  private String header(String name) {
    return headers.getOrDefault(name, List.of("")).get(0);
  }

  /** The whole body, not gzipped any more. */
  String body() {
    try {
      var body = new ByteArrayOutputStream();
      for (byte[] part = part(); part != null; part = part()) {
        body.write(part);
      }
      if (!header("Content-Encoding").equals("gzip")) {
        return body.toString(StandardCharsets.UTF_8);
      }
      try (var plain = new GZIPInputStream(new ByteArrayInputStream(body.toByteArray()))) {
        return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line of a stream, or message of a WebSocket; null at its end. */
  @Nullable String frame() {
    try {
      if (code == SWITCHING_PROTOCOLS) {
        return message();
      }
      while (true) {
        String read = rest.toString(StandardCharsets.UTF_8);
        int end = read.indexOf('\n');
        if (end >= 0) {
          rest.reset();
          rest.write(read.substring(end + 1).getBytes(StandardCharsets.UTF_8));
          return read.substring(0, end);
        }
        byte[] part = part();
        if (part == null) {
          return read.isEmpty() ? null : read;
        }
        rest.write(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next chunk, or the whole body; null at its end. */
  private byte @Nullable [] part() throws IOException {
    if (bodiless) {
      return null;
    }
    if (header("Transfer-Encoding").equals("chunked")) {
      if (chunked) {
        // The line end of the last chunk: some servers send it only with the next one.
        line();
      }
      chunked = true;
      int size = Integer.parseInt(line(), 16);
      return size == 0 ? null : in.readNBytes(size);
    }
    String length = header("Content-Length");
    byte[] all = length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    headers.put("Content-Length", List.of("0"));
    return all.length == 0 ? null : all;
  }

  private @Nullable String message() throws IOException {
    int opcode = in.read() & 0x0f;
    int length = in.read();
    if (length == 126) {
      length = in.read() << 8 | in.read();
    } else if (length == 127) {
      in.skipNBytes(4);
      length = in.read() << 24 | in.read() << 16 | in.read() << 8 | in.read();
    }
    byte[] content = in.readNBytes(length);
    return opcode == 8 ? null : new String(content, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the server closed the connection after: " + line);
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
