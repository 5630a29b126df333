package io.usher.engine;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Bytes of an answer, whose memory is taken before they are kept. Where there is none, the cause of
 * the {@link IOException} is a {@link ProtocolException}.
 */
final class PaidBytes extends OutputStream {

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
      memory.takeAnswer(count);
    } catch (ProtocolException e) {
      throw new IOException(e);
    }
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
