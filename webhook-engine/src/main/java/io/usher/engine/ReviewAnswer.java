package io.usher.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An HTTP answer to a review call.
 *
 * @param status the HTTP status; 200 for every decision
 * @param contentType of the body: JSON for reviews and {@code Status}, text for a failed call
 * @param body the bytes; not copied, nobody changes them
 * @param retryAfterSeconds for {@code Retry-After}, 0 for none
 */
public record ReviewAnswer(int status, String contentType, byte[] body, int retryAfterSeconds) {

  private static final String JSON = "application/json";

  /** A review that was decided. */
  public static ReviewAnswer decided(byte[] body) {
    return new ReviewAnswer(200, JSON, body, 0);
  }

  /**
   * A request that can't be reviewed, as a {@code metav1.Status}.
   *
   * @param status the HTTP status, 400 to 599
   * @param reason Kubernetes' word for it, {@code BadRequest}
   * @param message names what was wrong, and nothing else of the request
   */
  public static ReviewAnswer refused(int status, String reason, String message) {
    return refused(status, reason, message, 0);
  }

  /**
   * Too much at once: the API server tries again after 1 to 3 s, spread so that callers don't come
   * back together.
   */
  public static ReviewAnswer overloaded(String message) {
    int seconds = ThreadLocalRandom.current().nextInt(1, 4);
    return refused(429, "TooManyRequests", message, seconds);
  }

  /**
   * A call that failed, so that the failure policy decides. The API server shows this text to the
   * client.
   */
  public static ReviewAnswer failed(String text) {
    return new ReviewAnswer(500, "text/plain;charset=utf-8", text.getBytes(UTF_8), 0);
  }

  private static ReviewAnswer refused(int status, String reason, String message, int retryAfter) {
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", "Status")
            .put("apiVersion", "v1")
            .<ObjectNode>set("metadata", JsonNodeFactory.instance.objectNode())
            .put("status", "Failure")
            .put("message", message)
            .put("reason", reason)
            .put("code", status)
            .toString();
    return new ReviewAnswer(status, JSON, body.getBytes(UTF_8), retryAfter);
  }
}
