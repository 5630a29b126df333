package io.usher.http;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A request that has begun to arrive, or an answer that has begun to leave, and has not ended. */
interface PendingTransfer {

  /** When it should have ended, on {@link System#nanoTime()}'s scale. */
  long dueNanos();

  /** What to say when it has not ended by then. */
  String late();

  /** Whose it is. */
  @Nullable SocketAddress peer();

  /** Ends it now, with an answer if one can still be given. */
  void abort(String reason);
}
