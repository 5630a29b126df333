package io.usher.benchmarks.hostile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of HTTP/2, as a client sends them. */
final class Http2 {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GO_AWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private Http2() {}

  /** The preface, and settings with this initial window. */
  static byte[] begin(int window) {
    byte[] settings =
        frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(window).array());
    return join(PREFACE, settings);
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** The headers of a request, as one frame. */
  static byte[] request(int stream, boolean post, String path, int flags) {
    return frame(HEADERS, flags, stream, headers(post, path));
  }

  static byte[] headers(boolean post, String path) {
    byte[] text = path.getBytes(StandardCharsets.US_ASCII);
    byte[] json = "application/json".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(2 + 2 + text.length + 3 + 3 + json.length)
        .put((byte) (post ? 0x83 : 0x82))
        .put((byte) 0x87)
        .put((byte) 4)
        .put((byte) text.length)
        .put(text)
        .put(new byte[] {1, 1, 'a'})
        // content-type, without indexing
        .put(new byte[] {0x0F, 16})
        .put((byte) json.length)
        .put(json)
        .array();
  }

  static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    var all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
