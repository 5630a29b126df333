package io.usher.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.MediaType;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /}, {@code /api}, {@code /apis} and what is below them down to the versions. The documents
 * are made when the first asks after the types have changed.
 */
public final class Discovery implements PathHandler {

  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private final ResourceRegistry registry;
  private final Supplier<String> serverAddress;
  private volatile Made made;

  /** The documents of the types that there were. */
  private record Made(Collection<ResourceType> types, Documents documents) {
    static Made of(Collection<ResourceType> types) {
      return new Made(types, new Documents(types));
    }
  }

  /**
   * @param serverAddress host and port that {@code /api} tells clients
   */
  public Discovery(ResourceRegistry registry, Supplier<String> serverAddress) {
    this.registry = registry;
    this.serverAddress = serverAddress;
    made = Made.of(List.of());
  }

  @Override
  public @Nullable ApiResponse answer(ApiRequest request) {
    String path = request.path();
    String[] parts = path.split("/");
    if (parts.length == 0) {
      return get(request, paths());
    }
    boolean core = parts.length > 1 && parts[1].equals("api");
    if (!parts[0].isEmpty() || !(core || (parts.length > 1 && parts[1].equals("apis")))) {
      return null;
    }
    Documents all = documents();
    boolean groups = parts.length == 2 && !core;
    if (parts.length == 2 && wantsAggregated(request)) {
      return aggregated(request, all.aggregated(core));
    }
    ObjectNode document =
        switch (parts.length) {
          case 2 -> core ? all.versions(serverAddress.get()) : all.groups();
          case 3 -> core ? all.resources("", parts[2]) : all.group(parts[2]);
          case 4 -> core ? null : all.resources(parts[2], parts[3]);
          default -> null;
        };
    boolean version = parts.length == (core ? 3 : 4);
    if (document == null && version && (core || all.isBuiltIn(parts[2]))) {
      throw new ApiException(Status.noSuchResource());
    }
    if (document == null) {
      return null;
    }
    // As kube-apiserver: the list of groups is there whatever the method.
    return groups ? answer(document) : get(request, document);
  }

  /** A registry with other types has another collection of them. */
  private Documents documents() {
    Made present = made;
    Collection<ResourceType> types = registry.types();
    if (present.types != types) {
      present = Made.of(types);
      made = present;
    }
    return present.documents;
  }

  private static ApiResponse get(ApiRequest request, ObjectNode document) {
    requireGet(request);
    return answer(document);
  }

  private static ApiResponse answer(ObjectNode document) {
    return ApiResponse.of(
        200, "application/json", document.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void requireGet(ApiRequest request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      throw new ApiException(Status.methodNotAllowed());
    }
  }

  private static boolean wantsAggregated(ApiRequest request) {
    for (MediaType type : MediaType.accepted(request.headers())) {
      if (type.parameter("as").equals("APIGroupDiscoveryList")
          && type.parameter("g").equals("apidiscovery.k8s.io")
          && type.parameter("v").equals("v2")) {
        return true;
      }
      if (type.parameter("as").isEmpty() && type.name().equals("application/json")) {
        return false;
      }
    }
    return false;
  }

  private static ApiResponse aggregated(ApiRequest request, ObjectNode document) {
    requireGet(request);
    byte[] body = document.toString().getBytes(StandardCharsets.UTF_8);
    String etag =
        '"' + HexFormat.of().withUpperCase().formatHex(Documents.digest("SHA-512", body)) + '"';
    Headers headers =
        Headers.of(
            Map.of(
                "ETag", List.of(etag),
                "Vary", List.of("Accept"),
                "Cache-Control", List.of("public")));
    return request.headers().all("If-None-Match").contains(etag)
        ? new ApiResponse.Complete(304, headers, List.of())
        : new ApiResponse.Complete(
            200, headers.withDefault("Content-Type", AGGREGATED), List.of(ByteBuffer.wrap(body)));
  }

  private ObjectNode paths() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ArrayNode paths = document.putArray("paths");
    documents().paths().forEach(paths::add);
    return document;
  }
}
