package io.usher.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The API server as a JSON service: each call names its path, so that a test shows what is on the
 * wire, and no typed model drops anything.
 */
final class KubernetesApi {

  /** The content type of a JSON Patch. */
  static final String JSON_PATCH = "application/json-patch+json";

  /** The content type of a JSON merge patch. */
  static final String MERGE_PATCH = "application/merge-patch+json";

  /** The content type of server-side apply. */
  static final String APPLY = "application/apply-patch+yaml";

  // 299 - "text with \" and \\"
  private static final Pattern WARNING = Pattern.compile("299 \\S+ \"((?:[^\"\\\\]|\\\\.)*)\"");
  // above the longest webhook timeout, 30 s
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI server;
  private final String token;
  private final HttpClient client;

  KubernetesApi(URI server, String token, SSLContext tls) {
    this.server = server;
    this.token = token;
    this.client =
        HttpClient.newBuilder()
            .sslContext(tls)
            // HTTP/2 has a limit of streams, which hundreds of calls at once would meet
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
  }

  Answer get(String path) {
    return call("GET", path, null, null);
  }

  /** The object of this path in the form of Go's clients. */
  byte[] protobuf(String path) {
    var request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Accept", "application/vnd.kubernetes.protobuf")
            .build();
    return client.sendAsync(request, BodyHandlers.ofByteArray()).join().body();
  }

  /** The lines of an answer that ends by itself: the events of a watch with a timeout. */
  List<String> lines(String path) {
    var request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Accept", "application/json")
            .build();
    return client.sendAsync(request, BodyHandlers.ofLines()).join().body().toList();
  }

  Answer create(String collection, JsonNode object) {
    return call("POST", collection, "application/json", object);
  }

  /** Asks for a connection, without a body. */
  Answer connect(String path) {
    return call("POST", path, null, null);
  }

  Answer update(String path, JsonNode object) {
    return call("PUT", path, "application/json", object);
  }

  Answer patch(String path, String contentType, JsonNode patch) {
    return call("PATCH", path, contentType, patch);
  }

  Answer delete(String path) {
    return call("DELETE", path, null, null);
  }

  /** The creation without waiting for it, for many at once. */
  CompletableFuture<Answer> createLater(String collection, JsonNode object) {
    return send("POST", collection, "application/json", object);
  }

  private Answer call(String method, String path, @Nullable String type, @Nullable JsonNode body) {
    try {
      return send(method, path, type, body).join();
    } catch (CompletionException e) {
      throw new UncheckedIOException(method + " " + path, new IOException(e.getCause()));
    }
  }

  private CompletableFuture<Answer> send(
      String method, String path, @Nullable String type, @Nullable JsonNode body) {
    var request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + token)
            .header("Accept", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.toString()));
    if (type != null) {
      request.header("Content-Type", type);
    }
    return client
        .sendAsync(request.build(), BodyHandlers.ofString())
        .thenApply(
            response ->
                new Answer(
                    method + " " + path,
                    response.statusCode(),
                    parse(response.body()),
                    response.headers().allValues("Warning").stream()
                        .flatMap(header -> WARNING.matcher(header).results())
                        .map(found -> found.group(1).replaceAll("\\\\(.)", "$1"))
                        .toList(),
                    response.headers().firstValue("Audit-Id").orElse("")));
  }

  private static ObjectNode parse(String body) {
    try {
      return Documents.JSON.readValue(body, ObjectNode.class);
    } catch (IOException e) {
      return Documents.JSON.createObjectNode().put("message", body);
    }
  }
}
