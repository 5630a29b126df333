package io.usher.aggregated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.review.RetryingCaller;
import io.usher.apiserver.review.ReviewCaller;
import io.usher.apiserver.review.ReviewException;
import io.usher.client.ClusterClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Sends reviews over HTTPS. */
public final class ReviewClient implements ReviewCaller {

  /** As client-go takes them for faults that pass. */
  private static final Set<Integer> TRANSIENT = Set.of(429, 500, 504);

  private final JsonMapper json = new JsonMapper();
  private final ClusterClient client;
  private final String path;

  private ReviewClient(ClusterClient client, String path) {
    this.client = client;
    this.path = path;
  }

  /**
   * Calls, and again after a fault that passes.
   *
   * @param client stays the caller's
   * @param path where reviews go, below the client's URL; empty for the URL itself
   * @param what answers, for the log
   */
  public static ReviewCaller of(ClusterClient client, String path, String what) {
    return new RetryingCaller(
        new ReviewClient(client, path),
        what,
        new SecureRandom(),
        pause -> TimeUnit.NANOSECONDS.sleep(pause.toNanos()));
  }

  @Override
  public JsonNode call(ObjectNode review) throws ReviewException {
    ClusterClient.Answer answer;
    try {
      answer = client.post(path, review.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ReviewException(
          e.getClass().getSimpleName() + ": " + e.getMessage(), isLostConnection(e));
    }
    JsonNode body = parsed(answer.body());
    if (answer.code() / 100 != 2) {
      throw new ReviewException(
          "answered " + answer.code() + ' ' + body.path("message").asText(),
          TRANSIENT.contains(answer.code()) || answer.retryAfter());
    }
    if (!body.path("kind").asText().equals(review.path("kind").asText())) {
      throw new ReviewException("the answer is no " + review.path("kind").asText(), false);
    }
    return body;
  }

  private JsonNode parsed(byte[] body) {
    try {
      return json.readTree(body);
    } catch (IOException e) {
      // What is no JSON is no review: the caller says so.
      return json.missingNode();
    }
  }

  /** Where the server has closed a connection that was there, the next may do. */
  private static boolean isLostConnection(IOException failure) {
    return !(failure instanceof ConnectException
        || failure instanceof HttpTimeoutException
        || failure instanceof InterruptedIOException
        || failure instanceof ProtocolException
        || failure instanceof SSLException);
  }
}
