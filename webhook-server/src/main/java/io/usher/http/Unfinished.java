package io.usher.http;

import java.net.SocketAddress;

/** A request that has begun to arrive and has not arrived whole. */
interface Unfinished {

  /** When its first byte came, on {@link System#nanoTime()}'s scale. */
  long beganNanos();

  /** When it should have arrived, on the same scale. */
  long dueNanos();

  /** Who sends it. */
  SocketAddress peer();

  /** Ends it now, with an answer if one can still be given. */
  void giveUp(String why);
}
