package io.usher.listwatch;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.usher.admission.GroupVersionResource;
import io.usher.engine.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests whose answers are read as they come. Thread-safe. */
final class ApiReader {

  /** Of a Status that says why not. */
  private static final int LONGEST_STATUS = 64 << 10;

  private final HttpClient http;
  private final String url;
  private final ListWatchSettings settings;
  private final ScheduledExecutorService timer;
  private final Ticker ticker;

  /**
   * @param http adds the credentials
   * @param url of the API server, with a slash at its end
   */
  ApiReader(
      HttpClient http,
      String url,
      ListWatchSettings settings,
      ScheduledExecutorService timer,
      Ticker ticker) {
    this.http = http;
    this.url = url;
    this.settings = settings;
    this.timer = timer;
    this.ticker = ticker;
  }

  /**
   * The answer's body. A read fails when nothing comes for too long.
   *
   * @param path with its query, without a slash at its beginning
   * @throws ApiStatusException when the answer is no success
   */
  InputStream get(String path) throws IOException, InterruptedException {
    return ask("GET", path, http.newHttpRequestBuilder());
  }

  /**
   * The answer's body of a request that has one itself. A read fails when nothing comes for too
   * long.
   *
   * @param path with its query, without a slash at its beginning
   * @throws ApiStatusException when the answer is no success
   */
  InputStream send(String method, String path, String contentType, String body)
      throws IOException, InterruptedException {
    return ask(method, path, http.newHttpRequestBuilder().method(method, contentType, body));
  }

  String url() {
    return url;
  }

  /**
   * Where the objects of a resource are.
   *
   * @param namespace empty for all namespaces, and for a resource whose objects are in none
   */
  static String path(GroupVersionResource resource, String namespace) {
    return (resource.group().isEmpty() ? "api/" : "apis/" + resource.group() + "/")
        + resource.version()
        + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
        + "/"
        + resource.resource();
  }

  private InputStream ask(String method, String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    String what = method + " " + withoutQuery(path);
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(
            request.uri(url + path).header("Accept", "application/json").forStreaming().build(),
            InputStream.class);
    HttpResponse<InputStream> response = await(what, answer);
    var body = new TimedInput(response.body(), settings.stall(), timer, ticker);
    if (response.isSuccessful()) {
      return body;
    }
    try (body) {
      throw ApiStatusException.of(
          what, response.code(), response.header("Retry-After"), body.readNBytes(LONGEST_STATUS));
    }
  }

  private HttpResponse<InputStream> await(
      String what, CompletableFuture<HttpResponse<InputStream>> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get(settings.answerTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(what, e.getCause());
    } catch (TimeoutException e) {
      close(answer);
      throw new IOException(what + ": no answer in " + settings.answerTimeout(), e);
    } catch (InterruptedException e) {
      close(answer);
      throw e;
    }
  }

  /** Also an answer that comes too late. */
  private static void close(CompletableFuture<HttpResponse<InputStream>> answer) {
    answer.thenAccept(
        late -> {
          try {
            late.body().close();
          } catch (IOException e) {
            // It is not read: that it ends is all there is to it.
          }
        });
    answer.cancel(true);
  }

  /** For messages: what a query says differs each time. */
  private static String withoutQuery(String path) {
    return path.replaceFirst("\\?.*", "");
  }
}
