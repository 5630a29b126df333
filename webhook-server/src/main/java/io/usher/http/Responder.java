package io.usher.http;

import java.util.List;
import java.util.Map;

/**
 * Takes the answer to one call: {@link #answer} or {@link #begin}, once. Neither waits for the
 * client. An answer that the client does not read in time is ended.
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
}
