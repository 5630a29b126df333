package io.usher.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Writes a body of many small parts in few large writes, without a deeper stack for each. Only what
 * is being written is copied.
 */
final class PartsWriter extends IteratingCallback {

  /** Some TLS records: larger ones are no faster, and one is in memory for each answer. */
  private static final int WRITE_BYTES = 64 << 10;

  private final Exchange exchange;
  private final Iterator<ByteBuffer> parts;
  private final Callback end;
  private long left;
  private ByteBuffer part = ByteBuffer.allocate(0);

  PartsWriter(Exchange exchange, List<ByteBuffer> parts, long length, Callback end) {
    this.exchange = exchange;
    this.end = end;
    this.parts = parts.iterator();
    this.left = length;
  }

  @Override
  protected Action process() {
    if (left < 0) {
      return Action.SUCCEEDED;
    }
    var batch = new ArrayList<ByteBuffer>();
    int size = 0;
    while (size < WRITE_BYTES && (part.hasRemaining() || parts.hasNext())) {
      if (!part.hasRemaining()) {
        part = parts.next().duplicate();
      }
      int taken = Math.min(part.remaining(), WRITE_BYTES - size);
      batch.add(part.slice(part.position(), taken));
      part.position(part.position() + taken);
      size += taken;
    }
    left -= size;
    boolean last = left == 0;
    if (last) {
      left = -1;
    }
    exchange.write(last, joined(batch), this);
    return Action.SCHEDULED;
  }

  /** The parts in one piece. */
  static ByteBuffer joined(List<ByteBuffer> parts) {
    if (parts.size() == 1) {
      return parts.get(0).slice();
    }
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(ByteBuffer::remaining).sum());
    parts.forEach(each -> all.put(each.duplicate()));
    return all.flip();
  }

  @Override
  protected void onCompleteSuccess() {
    end.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable failure) {
    end.failed(failure);
  }
}
