package io.usher.cli.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.admission.ReviewBody;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls a webhook, and holds its answers to what an API server demands of them. */
final class WebhookClient {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final HttpClient http;
  private final URI server;

  WebhookClient(HttpClient http, URI server) {
    this.http = http;
    this.server = server;
  }

  /** A call failed, so that the failure policy decides. The message is what an API server says. */
  static final class FailedCallException extends Exception {

    private static final long serialVersionUID = 1L;

    FailedCallException(String message) {
      super(message);
    }
  }

  /**
   * The answer to one call.
   *
   * @param response {@code response} of the answered review
   * @param patch its patch, empty when there is none
   */
  record Answer(JsonNode response, JsonPatch patch) {}

  /**
   * Posts a review.
   *
   * @param mutating whether a patch is allowed
   * @throws FailedCallException when the answer is none that an API server would take
   */
  Answer call(String path, int timeoutSeconds, ObjectNode review, boolean mutating)
      throws FailedCallException {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(path + "?timeout=" + timeoutSeconds + "s"))
            .timeout(Duration.ofSeconds(timeoutSeconds))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, */*")
            .POST(HttpRequest.BodyPublishers.ofString(review.toString()))
            .build();
    HttpResponse<String> answer;
    try {
      answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new FailedCallException("Post \"" + request.uri() + "\": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedCallException("Post \"" + request.uri() + "\": interrupted");
    }
    if (answer.statusCode() != 200) {
      throw new FailedCallException(
          "an error on the server (\"%s\") has prevented the request from succeeding"
              .formatted(answer.body().strip()));
    }
    return checked(answer.body(), review.at("/request/uid").asText(), mutating);
  }

  private static Answer checked(String body, String uid, boolean mutating)
      throws FailedCallException {
    try {
      JsonNode review = MAPPER.readTree(body);
      JsonNode response = review.path("response");
      require(response.isObject(), "webhook response was absent");
      require(
          response.path("uid").asText().equals(uid),
          "expected response.uid=\"" + uid + "\", got " + response.path("uid"));
      require(
          review.path("apiVersion").asText().equals(ReviewBody.API_VERSION)
              && review.path("kind").asText().equals(ReviewBody.KIND),
          "expected webhook response of " + ReviewBody.API_VERSION + ", Kind=" + ReviewBody.KIND);
      boolean patched = response.has("patch");
      require(patched == response.has("patchType"), "patch and patchType come both or neither");
      require(mutating || !patched, "a validating webhook response may not have a patch");
      JsonNode patch =
          patched
              ? MAPPER.readTree(response.path("patch").binaryValue())
              : MAPPER.createArrayNode();
      return new Answer(response, JsonPatch.parse(patch));
    } catch (JsonProcessingException | PatchException e) {
      throw new FailedCallException("decode the answer: " + e.getMessage());
    } catch (IOException e) {
      throw new FailedCallException("decode the patch: " + e.getMessage());
    }
  }

  private static void require(boolean condition, String problem) throws FailedCallException {
    if (!condition) {
      throw new FailedCallException("received invalid webhook response: " + problem);
    }
  }
}
