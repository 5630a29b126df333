package io.usher.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames of HTTP/2, as a client sends them. */
final class Http2Bytes {

  /** The frames' types. */
  static final int DATA = 0;

  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;

  private static final int END_STREAM_AND_HEADERS = 5;

  private Http2Bytes() {}

  /** The preface, and settings that let the server send no byte of any answer. */
  static byte[] beginWithWindowOfZero() {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(preface.length + 9 + 6)
        .put(preface)
        .putInt(6 << 8 | SETTINGS)
        .put((byte) 0)
        .putInt(0)
        .putShort((short) 4)
        .putInt(0)
        .array();
  }

  /**
   * A request without a body.
   *
   * @param method 2 for GET, 3 for POST: its place in HPACK's static table
   */
  static byte[] request(int stream, int method, String path) {
    byte[] text = path.getBytes(StandardCharsets.US_ASCII);
    int length = 2 + 2 + text.length + 3;
    return ByteBuffer.allocate(9 + length)
        .putInt(length << 8 | HEADERS)
        .put((byte) END_STREAM_AND_HEADERS)
        .putInt(stream)
        .put((byte) (0x80 | method))
        .put((byte) 0x87)
        .put((byte) 4)
        .put((byte) text.length)
        .put(text)
        .put(new byte[] {1, 1, 'a'})
        .array();
  }
}
