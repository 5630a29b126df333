package io.usher.apiserver.openapi;

import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ResourceRegistry;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /openapi/v2}, {@code /openapi/v3} and the documents that its index names. A
 * document is made when it is first asked for, and anew when the types have changed. Thread-safe.
 */
public final class OpenApi {

  private static final String V2 = "/openapi/v2";
  private static final String V3 = "/openapi/v3";
  private static final Duration FOREVER = Duration.ofDays(365);
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final ResourceRegistry registry;
  private final String kubernetes;
  private final Clock clock;
  private @Nullable Documents documents;

  /**
   * The documents of a registry's types.
   *
   * @param kubernetes the version of Kubernetes whose API this is, {@code 1.36}
   */
  public OpenApi(ResourceRegistry registry, String kubernetes, Clock clock) {
    this.registry = registry;
    this.kubernetes = kubernetes;
    this.clock = clock;
    registry.onChange(this::forget);
  }

  private synchronized void forget() {
    documents = null;
  }

  private synchronized Documents documents() {
    Documents present = documents;
    if (present == null) {
      present = new Documents(registry.types(), kubernetes);
      documents = present;
    }
    return present;
  }

  /** Answers a GET of one of the paths; 404 where there is no document, null for other paths. */
  public @Nullable ApiResponse answer(ApiRequest request) {
    String path = request.path();
    if (!path.equals(V2) && !path.equals(V3) && !path.startsWith(V3 + '/')) {
      return null;
    }
    if (path.equals(V2)) {
      return accepts(request, ProtobufV2.ACCEPTED)
          ? document(request, documents().v2Protobuf(), "")
          : json(request, documents().v2(), "");
    }
    if (path.equals(V3)) {
      return ApiResponse.of(200, Document.JSON, documents().index());
    }
    Document document =
        path.startsWith(V3 + '/') ? documents().v3(path.substring(V3.length() + 1)) : null;
    return document == null
        ? empty(404, Map.of())
        : json(request, document, request.query().first("hash"));
  }

  private ApiResponse json(ApiRequest request, Document document, String hash) {
    boolean accepted =
        request.headers().all("Accept").isEmpty()
            || accepts(request, Document.JSON)
            || accepts(request, "application/*")
            || accepts(request, "*/*");
    return accepted
        ? document(request, document, hash)
        : empty(406, Map.of("Vary", List.of("Accept-Encoding", "Accept")));
  }

  private ApiResponse document(ApiRequest request, Document document, String hash) {
    var headers = new TreeMap<String, List<String>>();
    headers.put("Etag", List.of(document.etag()));
    headers.put("Vary", List.of("Accept"));
    if (!hash.isEmpty() && !hash.equals(document.hash())) {
      headers.put("Location", List.of(request.path() + "?hash=" + document.hash()));
      return empty(301, headers);
    }
    if (!hash.isEmpty()) {
      headers.put("Cache-Control", List.of("public, immutable"));
      headers.put("Expires", List.of(HTTP_DATE.format(clock.instant().plus(FOREVER))));
    }
    if (request.headers().all("If-None-Match").contains(document.etag())) {
      return empty(304, headers);
    }
    headers.put("Content-Type", List.of(document.contentType()));
    return new ApiResponse.Complete(
        200, Headers.of(headers), List.of(ByteBuffer.wrap(document.bytes()).asReadOnlyBuffer()));
  }

  private static boolean accepts(ApiRequest request, String type) {
    for (String header : request.headers().all("Accept")) {
      for (String range : header.split(",")) {
        if (range.split(";")[0].strip().equals(type)) {
          return true;
        }
      }
    }
    return false;
  }

  private static ApiResponse empty(int code, Map<String, List<String>> headers) {
    return new ApiResponse.Complete(code, Headers.of(headers), List.of());
  }
}
