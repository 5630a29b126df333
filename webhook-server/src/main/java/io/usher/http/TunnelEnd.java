package io.usher.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * One of two connections, each of whose bytes go to the other, as fast as that takes them. When one
 * side ends both do, as at kube-apiserver.
 */
final class TunnelEnd extends AbstractConnection implements Connection.UpgradeTo {

  /** As much as a TLS record holds. */
  private static final int BUFFER_BYTES = 16 << 10;

  private final ByteBufferPool buffers;
  private final Runnable closed;
  private final AtomicBoolean ended;
  private final Pump pump = new Pump();
  private @Nullable TunnelEnd other;

  /** What came behind the head of the last message of HTTP. */
  private @Nullable ByteBuffer first;

  private TunnelEnd(
      EndPoint endPoint,
      Executor executor,
      ByteBufferPool buffers,
      Runnable closed,
      AtomicBoolean ended) {
    super(endPoint, executor);
    setInputBufferSize(BUFFER_BYTES);
    this.buffers = buffers;
    this.closed = closed;
    this.ended = ended;
  }

  /**
   * The client's side of a pair; the other one follows once this is opened.
   *
   * @param closed runs once, when the pair has ended
   */
  static TunnelEnd between(
      EndPoint client,
      EndPoint upstream,
      Executor executor,
      ByteBufferPool buffers,
      Runnable closed) {
    var ended = new AtomicBoolean();
    var near = new TunnelEnd(client, executor, buffers, closed, ended);
    var far = new TunnelEnd(upstream, executor, buffers, closed, ended);
    near.other = far;
    far.other = near;
    return near;
  }

  private TunnelEnd other() {
    return Objects.requireNonNull(other);
  }

  @Override
  public void onUpgradeTo(ByteBuffer bytes) {
    first = bytes;
  }

  @Override
  public void onOpen() {
    super.onOpen();
    getEndPoint().setIdleTimeout(Upstreams.IDLE_TIMEOUT.toMillis());
    if (other().getEndPoint().getConnection() != other) {
      other().getEndPoint().upgrade(other());
    }
    pump.iterate();
  }

  @Override
  public void onFillable() {
    pump.iterate();
  }

  @Override
  public void onFillInterestedFailed(Throwable cause) {
    end(cause);
  }

  @Override
  public void onClose(@Nullable Throwable cause) {
    super.onClose(cause);
    end(cause);
  }

  /** Closes both sides. */
  void end(@Nullable Throwable cause) {
    if (ended.compareAndSet(false, true)) {
      getEndPoint().close(cause);
      other().getEndPoint().close(cause);
      closed.run();
    }
  }

  /** Reads from this side and writes to the other, one buffer at a time. */
  private final class Pump extends IteratingCallback {

    private @Nullable RetainableByteBuffer buffer;

    @Override
    protected Action process() throws IOException {
      if (first != null) {
        ByteBuffer bytes = first;
        first = null;
        if (bytes.hasRemaining()) {
          other().getEndPoint().write(this, bytes);
          return Action.SCHEDULED;
        }
      }
      RetainableByteBuffer filled = buffers.acquire(getInputBufferSize(), false);
      int count;
      try {
        count = getEndPoint().fill(filled.getByteBuffer());
      } catch (IOException e) {
        filled.release();
        throw e;
      }
      if (count > 0) {
        buffer = filled;
        other().getEndPoint().write(this, filled.getByteBuffer());
        return Action.SCHEDULED;
      }
      filled.release();
      if (count == 0) {
        fillInterested();
        return Action.IDLE;
      }
      return Action.SUCCEEDED;
    }

    @Override
    protected void onSuccess() {
      release();
    }

    @Override
    protected void onCompleteSuccess() {
      end(null);
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
      release();
      end(cause);
    }

    private void release() {
      if (buffer != null) {
        buffer.release();
        buffer = null;
      }
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }
}
