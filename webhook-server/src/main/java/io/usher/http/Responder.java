package io.usher.http;

import io.usher.apiserver.api.ApiResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Takes the answer to one call: one of its methods, once. Neither waits for the client. An answer
 * that the client does not read in time is ended.
 */
public interface Responder {

  /**
   * Answers at once.
   *
   * @param retryAfterSeconds for {@code Retry-After}; 0 for none
   * @param body not copied, and must not change
   */
  void answer(int status, String contentType, int retryAfterSeconds, byte[] body);

  /** Begins an answer whose parts come later. */
  AnswerStream begin(int status, Map<String, List<String>> headers);

  /**
   * Answers at once with a body of parts.
   *
   * @param parts in order; not copied, and must not change
   */
  void answer(int status, Map<String, List<String>> headers, List<ByteBuffer> parts);

  /** Passes a call on whose body is unread, and the answer back. */
  void forward(ApiResponse.Forwarded answer, Upstreams upstreams);

  /** Answers nothing: closes the client's connection. */
  void abort();

  /**
   * Begins a WebSocket for a client that asked for one: each part is a text message. What the
   * client sends is not read.
   */
  AnswerStream beginMessages();
}
