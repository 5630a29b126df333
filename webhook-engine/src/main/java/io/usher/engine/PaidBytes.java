package io.usher.engine;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Bytes of an answer, whose memory is taken before they are kept. Where there is none, the cause of
 * the {@link IOException} is a {@link ProtocolException}.
 */
final class PaidBytes extends OutputStream {

  /** Of an answer that is larger, the last block, of 128 KiB at most, is a small part. */
  private static final int LARGE = 256 << 10;

  /** It is kept in blocks, and then in one array. */
  private static final int BYTES_OF_LARGE_ANSWER = 2;

  private final ByteArrayBuilder bytes;
  private final ReviewMemory memory;

  /** No bytes, with room for so many. */
  PaidBytes(int room, ReviewMemory memory) {
    this.bytes = new ByteArrayBuilder(room);
    this.memory = memory;
  }

  @Override
  public void write(int octet) throws IOException {
    pay(1);
    bytes.write(octet);
  }

  @Override
  public void write(byte[] source, int from, int count) throws IOException {
    pay(count);
    bytes.write(source, from, count);
  }

  private void pay(int count) throws IOException {
    try {
      if (bytes.size() < LARGE) {
        memory.takeAnswer(count);
      } else {
        memory.take((long) count * BYTES_OF_LARGE_ANSWER);
      }
    } catch (ProtocolException e) {
      throw new IOException(e);
    }
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
