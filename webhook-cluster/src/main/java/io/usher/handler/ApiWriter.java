package io.usher.handler;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.usher.admission.GroupVersionResource;
import io.usher.engine.Ticker;
import io.usher.engine.TokenBucket;
import io.usher.listwatch.ApiStatusException;
import io.usher.listwatch.ListWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writes to the API server, no more often than is allowed. Thread-safe. */
final class ApiWriter {

  private static final String FIELD_MANAGER = "usher-controller";

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
   * @throws ApiStatusException when the API server refuses
   * @throws IOException when it can't be reached, or does not answer in time
   */
  void patch(GroupVersionResource resource, ObjectKey key, ObjectPatch patch)
      throws IOException, InterruptedException {
    send(
        "PATCH",
        ListWatch.path(resource, key.namespace()) + "/" + key.name(),
        patch.mediaType(),
        patch.body());
  }

  /**
   * Creates an object.
   *
   * @throws ApiStatusException when the API server refuses
   * @throws IOException when it can't be reached, or does not answer in time
   */
  void create(GroupVersionResource resource, String namespace, JsonNode object)
      throws IOException, InterruptedException {
    send("POST", ListWatch.path(resource, namespace), "application/json", object);
  }

  private void send(String method, String path, String mediaType, JsonNode object)
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
                    .method(method, mediaType, object.toString())
                    .build(),
                byte[].class);
    String what = method + " " + path;
    try {
      HttpResponse<byte[]> response = answer.get(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
      if (!response.isSuccessful()) {
        byte[] body = response.body();
        throw ApiStatusException.of(
            what,
            response.code(),
            response.header("Retry-After"),
            body == null ? new byte[0] : body);
      }
    } catch (ExecutionException e) {
      throw new IOException(what, e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(what + ": no answer in " + answerTimeout, e);
    } finally {
      answer.cancel(true);
    }
  }
}
