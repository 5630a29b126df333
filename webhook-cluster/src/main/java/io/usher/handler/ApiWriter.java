package io.usher.handler;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.GroupVersionResource;
import io.usher.engine.Ticker;
import io.usher.engine.TokenBucket;
import io.usher.listwatch.ApiStatusException;
import io.usher.listwatch.ListWatch;
import io.usher.write.MergePatch;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Writes to the API server, no more often than is allowed. Thread-safe. */
final class ApiWriter {

  private static final String FIELD_MANAGER = "usher-controller";

  private final ListWatch api;
  private final TokenBucket limit;

  ApiWriter(ListWatch api, HandlerSettings settings, Ticker ticker) {
    this.api = api;
    this.limit = new TokenBucket(settings.writesPerSecond(), settings.writeBurst(), ticker);
  }

  /**
   * Patches an object.
   *
   * @throws ApiStatusException when the API server refuses
   * @throws IOException when it can't be reached, or does not answer in time
   */
  void patch(GroupVersionResource resource, ObjectKey key, MergePatch patch)
      throws IOException, InterruptedException {
    send(
        "PATCH",
        ListWatch.path(resource, key.namespace()) + "/" + key.name(),
        patch.mediaType(),
        patch.patch());
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
    api.send(method, path + "?fieldManager=" + FIELD_MANAGER, mediaType, object);
  }
}
