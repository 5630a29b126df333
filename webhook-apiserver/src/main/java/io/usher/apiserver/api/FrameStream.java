package io.usher.apiserver.api;

/**
 * An answer of frames: each is a line of a chunked body or a message of a WebSocket. It holds no
 * thread between frames.
 */
public interface FrameStream {

  /**
   * Begins to send. Called once, when the head is sent; returns at once.
   *
   * @param sink where the frames go, until either side closes it
   */
  void start(FrameSink sink);
}
