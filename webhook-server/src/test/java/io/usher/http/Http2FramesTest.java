package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class Http2FramesTest {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private final Http2Frames frames = new Http2Frames();

  @BeforeEach
  void preface() {
    assertThat(frames.unfinishedSince()).isZero();
    feed(new byte[10]);
    assertThat(frames.unfinishedSince()).isNotZero();
    feed(new byte[14]);
    assertThat(frames.unfinishedSince()).isZero();
  }

  @Test
  void wholeFramesLeaveNothingUnfinished() {
    feed(frame(HEADERS, END_HEADERS, 300, 300));
    feed(frame(DATA, 0, 70_000, 70_000));
    feed(frame(DATA, 0, 0, 0));
    assertThat(frames.unfinishedSince()).isZero();
  }

  @Test
  void framesInAnyPiecesAreTheSame() {
    for (byte b : frame(HEADERS, END_HEADERS, 300, 299)) {
      feed(new byte[] {b});
      assertThat(frames.unfinishedSince()).isNotZero();
    }
    long began = frames.unfinishedSince();
    assertThat(frames.unfinishedSince()).isEqualTo(began);
    feed(new byte[1]);
    assertThat(frames.unfinishedSince()).isZero();
  }

  @Test
  void headerBlockEndsWithItsLastContinuation() {
    feed(frame(HEADERS, 0, 10, 10));
    assertThat(frames.unfinishedSince()).isNotZero();
    feed(frame(CONTINUATION, 0, 10, 10));
    assertThat(frames.unfinishedSince()).isNotZero();
    feed(frame(CONTINUATION, END_HEADERS, 10, 10));
    assertThat(frames.unfinishedSince()).isZero();
  }

  @Test
  void payloadOfDataHasATimeOfItsOwn() {
    feed(frame(DATA, 0, 1000, 1));
    assertThat(frames.unfinishedSince()).isZero();
  }

  private void feed(byte[] bytes) {
    frames.received(ByteBuffer.wrap(bytes), bytes.length);
  }

  /** A frame of this length, of whose payload so much is there. */
  private static byte[] frame(int type, int flags, int length, int there) {
    var frame = ByteBuffer.allocate(9 + there);
    frame.put((byte) (length >> 16)).put((byte) (length >> 8)).put((byte) length);
    frame.put((byte) type).put((byte) flags).putInt(1);
    return frame.array();
  }
}
