package io.usher.http;

import java.nio.ByteBuffer;

/**
 * Follows the frames of one HTTP/2 connection (RFC 9113, 4.1) as far as is needed to tell whether
 * one has begun and not ended. Jetty's parser knows, but says so to nobody. Fed by one thread.
 */
final class Http2Frames {

  /** {@code PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n}. */
  private static final int PREFACE = 24;

  private static final int HEADER = 9;
  private static final int DATA = 0x0;
  private static final int HEADERS = 0x1;
  private static final int CONTINUATION = 0x9;
  private static final int END_HEADERS = 0x4;

  private int payloadLeft = PREFACE;
  private int headerRead;
  private int length;
  private int type = HEADERS;
  private boolean inHeaderBlock;
  private volatile long since;

  /** Takes the last so many bytes of the buffer into account. */
  void received(ByteBuffer buffer, int count) {
    int at = buffer.limit() - count;
    while (at < buffer.limit()) {
      if (payloadLeft > 0) {
        int skipped = Math.min(payloadLeft, buffer.limit() - at);
        payloadLeft -= skipped;
        at += skipped;
      } else {
        header(buffer.get(at++) & 0xFF);
      }
    }
    boolean begun = headerRead > 0 || inHeaderBlock || payloadLeft > 0 && type != DATA;
    if (!begun) {
      since = 0;
    } else if (since == 0) {
      since = System.nanoTime();
    }
  }

  /**
   * When the frame or header block began that has not ended, on {@link System#nanoTime()}'s scale;
   * 0 when there is none. The payload of DATA does not count: a body has a time of its own.
   */
  long unfinishedSince() {
    return since;
  }

  private void header(int b) {
    switch (headerRead++) {
      case 0 -> length = b;
      case 1, 2 -> length = length << 8 | b;
      case 3 -> type = b;
      case 4 -> {
        if (type == HEADERS || type == CONTINUATION) {
          inHeaderBlock = (b & END_HEADERS) == 0;
        }
      }
      default -> {
        if (headerRead == HEADER) {
          headerRead = 0;
          payloadLeft = length;
        }
      }
    }
  }
}
