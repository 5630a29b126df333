package io.usher.http;

import java.nio.ByteBuffer;
import java.util.List;

/** An answer that goes on. Holds no thread between its parts. */
public interface AnswerStream {

  /**
   * Sends parts, in order.
   *
   * @param parts not copied, and must not change
   * @param done runs once, when more can be taken or the client has gone; on any thread, perhaps
   *     before this returns. Until then nothing else may be sent
   */
  void send(List<ByteBuffer> parts, Runnable done);

  /** Ends the answer as the protocol ends it, after what was sent. */
  void close();

  /** Cuts the answer off. */
  void abort();

  /** Has an action run once, when the answer has ended or the client has gone; at once if so. */
  void onClose(Runnable action);
}
