package io.usher.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.usher.admission.GroupVersionResource;
import io.usher.engine.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Writes to the API server, no more often than is allowed. Thread-safe. */
final class ApiWriter {

  private static final String FIELD_MANAGER = "usher-controller";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final Duration answerTimeout;
  private final TokenBucket limit;

  ApiWriter(KubernetesClient client, HandlerSettings settings, Ticker ticker) {
    this.client = client;
    this.answerTimeout = settings.answerTimeout();
    this.limit = new TokenBucket(settings.writesPerSecond(), settings.writeBurst(), ticker);
  }

  /**
   * Patches an object.
   *
   * @throws WriteRefusedException when the API server refuses
   * @throws IOException when it can't be reached, or does not answer in time
   */
  void patch(GroupVersionResource resource, ObjectKey key, ObjectPatch patch)
      throws IOException, InterruptedException {
    send(
        "PATCH",
        path(resource, key.namespace()) + "/" + key.name(),
        patch.mediaType(),
        patch.body());
  }

  /**
   * Creates an object.
   *
   * @throws WriteRefusedException when the API server refuses
   * @throws IOException when it can't be reached, or does not answer in time
   */
  void create(GroupVersionResource resource, String namespace, JsonNode object)
      throws IOException, InterruptedException {
    send("POST", path(resource, namespace), "application/json", object);
  }

  private static String path(GroupVersionResource resource, String namespace) {
    return (resource.group().isEmpty() ? "api/" : "apis/" + resource.group() + "/")
        + resource.version()
        + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
        + "/"
        + resource.resource();
  }

  private void send(String method, String path, String mediaType, JsonNode body)
      throws IOException, InterruptedException {
    TimeUnit.NANOSECONDS.sleep(limit.take().toNanos());
    String server = client.getConfiguration().getMasterUrl();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client
            .getHttpClient()
            .sendAsync(
                client
                    .getHttpClient()
                    .newHttpRequestBuilder()
                    .uri(
                        (server.endsWith("/") ? server : server + "/")
                            + path
                            + "?fieldManager="
                            + FIELD_MANAGER)
                    .header("Accept", "application/json")
                    .method(method, mediaType, body.toString())
                    .build(),
                byte[].class);
    String what = method + " " + path;
    try {
      HttpResponse<byte[]> response = answer.get(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!response.isSuccessful()) {
        throw new WriteRefusedException(
            what, response.code(), message(response.body()), retryAfter(response));
      }
    } catch (ExecutionException e) {
      throw new IOException(what, e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(what + ": no answer in " + answerTimeout, e);
    } finally {
      answer.cancel(true);
    }
  }

  private static String message(byte @Nullable [] body) {
    try {
      return body == null ? "" : JSON.readTree(body).path("message").asText();
    } catch (IOException e) {
      return "";
    }
  }

  private static Duration retryAfter(HttpResponse<byte[]> response) {
    String header = response.header("Retry-After");
    try {
      return header == null
          ? Duration.ZERO
          : Duration.ofSeconds(Math.max(0, Long.parseLong(header.strip())));
    } catch (NumberFormatException e) {
      // A date, which Kubernetes never sends.
      return Duration.ZERO;
    }
  }
}
