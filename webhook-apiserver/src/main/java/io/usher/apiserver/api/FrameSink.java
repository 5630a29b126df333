package io.usher.apiserver.api;

import java.nio.ByteBuffer;
import java.util.List;

/** The client's end of a {@link FrameStream}, which the transport implements. Thread-safe. */
public interface FrameSink {

  /**
   * Sends frames, in order. Never waits for the client: {@code done} runs when the transport can
   * take more, or when the client has gone.
   *
   * @param frames read-only, and shared with other sinks; each ends with a newline
   * @param done run once, on any thread, perhaps before this returns. Until then no other call of
   *     this method is made
   */
  void send(List<ByteBuffer> frames, Runnable done);

  /** Ends the answer as the protocol ends it: what was sent is delivered first. */
  void close();

  /** Cuts the connection: a client that does not read is not waited for. */
  void abort();

  /**
   * Has an action run once, when the client has gone or either side has closed. It runs at once
   * when that was before.
   */
  void onClose(Runnable action);
}
