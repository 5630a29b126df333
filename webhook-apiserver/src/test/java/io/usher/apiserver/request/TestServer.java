package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.ApiServerConfig;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.watch.Frames;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A server with ConfigMaps, Deployments, Namespaces and Widgets, whose caller may do all. */
public final class TestServer implements AutoCloseable {
  static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
  static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static final ObjectMapper JSON = new ObjectMapper();

  final ApiServer server;

  private TestServer(Consumer<ApiServerConfig> more) {
    server =
        ApiServer.create(
            config -> {
              config
                  .resource(configMaps())
                  .resource(deployments())
                  .resource(widgets())
                  .resource(
                      ResourceType.builder("", "Namespace")
                          .scope(Scope.CLUSTER)
                          .shortNames("ns")
                          .version(typed("v1", "", "Namespace"))
                          .subresource(Subresource.Part.status())
                          .build())
                  .authenticator(request -> UserInfo.of("admin", "system:authenticated"))
                  .authorizer(objects -> (user, request) -> Authorizer.Decision.allow(""))
                  .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                  .random(new Random(1));
              more.accept(config);
            });
  }

  static TestServer start() {
    return new TestServer(config -> {});
  }

  static TestServer start(Consumer<ApiServerConfig> more) {
    return new TestServer(more);
  }

  private static ServedVersion typed(String version, String group, String kind) {
    StructSchema merge = PatchSchema.builtIn().forKind(group, version, kind);
    return ServedVersion.of(version)
        .withSchema(
            new ObjectSchema() {
              @Override
              public List<String> prune(ObjectNode object) {
                var unknown = new ArrayList<String>();
                if (object.remove("dta") != null) {
                  unknown.add("dta");
                }
                return unknown;
              }

              @Override
              public void setDefaults(ObjectNode object) {
                if (kind.equals("Deployment") && !object.path("spec").has("replicas")) {
                  object.withObjectProperty("spec").put("replicas", 1);
                }
              }

              @Override
              public StructSchema mergeSchema() {
                return merge;
              }
            });
  }

  private static ResourceType configMaps() {
    return ResourceType.builder("", "ConfigMap")
        .shortNames("cm")
        .version(typed("v1", "", "ConfigMap"))
        .strategy(
            new io.usher.apiserver.api.Strategy() {
              @Override
              public boolean tracksGeneration() {
                return false;
              }

              @Override
              public boolean requiresQualifiedFinalizers() {
                return true;
              }
            })
        .build();
  }

  private static ResourceType deployments() {
    return ResourceType.builder("apps", "Deployment")
        .shortNames("deploy")
        .categories("all")
        .version(typed("v1", "apps", "Deployment"))
        .subresource(Subresource.Part.status())
        .subresource(new Subresource.Scale("spec.replicas", "status.replicas", "spec.selector"))
        .build();
  }

  private static ResourceType widgets() {
    return ResourceType.builder("example.com", "Widget")
        .version(
            ServedVersion.of("v1").withSelectableFields(List.of(SelectableField.at("spec.color"))))
        .version(
            ServedVersion.of("v1beta1").withDeprecationWarning("v1beta1 of Widget is deprecated"))
        .build();
  }

  /** An answer and its JSON. */
  record Answer(int code, Headers headers, JsonNode body, String text) {
    String message() {
      return body.path("message").asText();
    }

    String reason() {
      return body.path("reason").asText();
    }

    String version() {
      return body.at("/metadata/resourceVersion").asText();
    }
  }

  ApiResponse send(ApiRequest request) {
    try {
      return server.handle(request).toCompletableFuture().get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Sends a request with headers in pairs. */
  Answer send(String method, String uri, String body, String... headers) {
    var map = new LinkedHashMap<String, List<String>>();
    for (int i = 0; i < headers.length; i += 2) {
      map.put(headers[i], List.of(headers[i + 1]));
    }
    ApiRequest request =
        ApiRequest.of(method, uri)
            .withBody(body.getBytes(StandardCharsets.UTF_8))
            .withHeaders(Headers.of(map));
    ApiResponse response = send(request);
    String text = new String(((ApiResponse.Complete) response).bytes(), StandardCharsets.UTF_8);
    return new Answer(response.code(), response.headers(), json(text), text);
  }

  Answer get(String uri, String... headers) {
    return send("GET", uri, "", headers);
  }

  Answer post(String uri, String body) {
    return send("POST", uri, body);
  }

  Answer put(String uri, String body) {
    return send("PUT", uri, body);
  }

  Answer patch(String uri, String type, String body) {
    return send("PATCH", uri, body, "Content-Type", "application/" + type + "+json");
  }

  Answer delete(String uri) {
    return send("DELETE", uri, "");
  }

  /** Opens a watch. */
  Frames watch(String uri, String... accept) {
    Headers headers =
        accept.length == 0 ? Headers.NONE : Headers.of(Map.of("Accept", List.of(accept)));
    ApiResponse response = send(ApiRequest.of("GET", uri).withHeaders(headers));
    return Frames.of(((ApiResponse.Streaming) response).stream());
  }

  static JsonNode json(String text) {
    try {
      return text.startsWith("{") ? JSON.readTree(text) : JSON.missingNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String configMap(String name) {
    return configMap(name, "");
  }

  /** A ConfigMap with more metadata, such as {@code ,"labels":{}}. */
  static String configMap(String name, String metadata) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
        + name
        + "\""
        + metadata
        + "},\"data\":{\"a\":\"1\"}}";
  }

  static String widget(String name, String color) {
    return "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\""
        + name
        + "\"},\"spec\":{\"color\":\""
        + color
        + "\"}}";
  }

  @Override
  public void close() {
    server.close();
  }
}
