package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.webhook.declaration.KnownResource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes the requests that kubectl would send of manifests. */
final class RequestFactory {

  private static final String JSON = "application/json";

  private final ResourceRegistry types;
  private final String namespace;
  private final String dryRun;

  /**
   * Requests to a server.
   *
   * @param types what the server serves, the manifests' own types among them
   * @param namespace of objects that name none
   */
  RequestFactory(ResourceRegistry types, String namespace, boolean dryRun) {
    this.types = types;
    this.namespace = namespace;
    this.dryRun = dryRun ? "&dryRun=All" : "";
  }

  /**
   * An object, and where the API server has it.
   *
   * @param kind the object's
   * @param resource what it is sent to
   * @param subresource of it, or empty
   * @param namespace where it is; a Namespace is in itself
   * @param namespaced whether the namespace is part of the path
   * @param name empty when it is to be generated
   * @param object the object, its namespace written into it
   */
  record Located(
      GroupVersionKind kind,
      GroupVersionResource resource,
      String subresource,
      String namespace,
      boolean namespaced,
      String name,
      ObjectNode object) {

    /** A Namespace of this name, and nothing more. */
    static Located ofNamespace(String name) {
      var kind = new GroupVersionKind("", "v1", "Namespace");
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
      object.putObject("metadata").put("name", name);
      var resource = new GroupVersionResource("", "v1", "namespaces");
      return new Located(kind, resource, "", name, false, name, object);
    }

    /** Whether it is what a client connects with, {@code PodExecOptions}. */
    boolean isConnection() {
      return kind.group().isEmpty()
          && kind.kind().endsWith("Options")
          && KnownResource.onlySubresource(kind).isPresent();
    }

    /** Whether it is written to a part of a stored object, {@code status} or {@code scale}. */
    boolean isPart() {
      return !subresource.isEmpty()
          && (subresource.equals("scale") || KnownResource.onlySubresource(kind).isEmpty());
    }

    GroupResource groupResource() {
      return new GroupResource(resource.group(), resource.resource());
    }

    /** The namespace in the object's key: a Namespace itself has none. */
    String keyNamespace() {
      return namespaced ? namespace : "";
    }

    boolean isNamespace() {
      return resource.group().isEmpty() && resource.resource().equals("namespaces");
    }

    private String collection() {
      String version =
          resource.group().isEmpty()
              ? "/api/" + resource.version()
              : "/apis/" + resource.group() + '/' + resource.version();
      return version + (namespaced ? "/namespaces/" + namespace : "") + '/' + resource.resource();
    }

    private String path() {
      return collection() + '/' + name + (subresource.isEmpty() ? "" : '/' + subresource);
    }
  }

  /**
   * Finds where a manifest's object goes.
   *
   * @throws ManifestException when it can't be told
   */
  Located locate(ManifestDocument document) {
    ObjectNode object = document.object().deepCopy();
    GroupVersionKind kind = document.kind();
    if (!(object.path("metadata") instanceof ObjectNode metadata)) {
      throw document.invalid("its metadata is no object");
    }
    String name = metadata.path("name").asText();
    if (name.isEmpty() && !metadata.hasNonNull("generateName")) {
      throw document.invalid("its metadata has neither name nor generateName");
    }
    String stated = document.annotation("subresource");
    String subresource = stated.isEmpty() ? KnownResource.onlySubresource(kind).orElse("") : stated;
    ResourceType type = types.ofKind(kind.group(), kind.kind());
    KnownResource resource =
        type == null
            ? KnownResource.of(kind, null, subresource)
            : new KnownResource(
                new GroupVersionResource(kind.group(), kind.version(), type.plural()),
                type.namespaced());
    String in = "";
    if (resource.namespaced()) {
      in = metadata.path("namespace").asText(namespace);
      metadata.put("namespace", in);
    } else if (kind.group().isEmpty() && kind.kind().equals("Namespace")) {
      in = name;
    }
    var located =
        new Located(
            kind, resource.resource(), subresource, in, resource.namespaced(), name, object);
    if (located.isConnection()) {
      // Options have none: in the manifest it says what is connected to.
      object.remove("metadata");
    }
    return located;
  }

  /**
   * What is done with an object.
   *
   * @param stored whether the server has one of its name
   * @throws ManifestException when the manifest says what can't be done with it
   */
  static Operation operation(ManifestDocument document, Located located, boolean stored) {
    String stated = document.annotation("operation");
    if (stated.isEmpty()) {
      if (located.isConnection()) {
        return Operation.CONNECT;
      }
      boolean exists = located.subresource().isEmpty() ? stored : located.isPart();
      return exists ? Operation.UPDATE : Operation.CREATE;
    }
    Operation operation =
        Stream.of(Operation.values())
            .filter(each -> each.name().equals(stated))
            .findFirst()
            .orElseThrow(
                () ->
                    document.invalid(
                        "usher.io/operation: \""
                            + stated
                            + "\" is none of CREATE, UPDATE, DELETE, CONNECT"));
    if (operation != Operation.CREATE && located.name().isEmpty()) {
      throw document.invalid(
          "usher.io/operation: " + operation + " needs an object with a name; write metadata.name");
    }
    if (located.isConnection() != (operation == Operation.CONNECT)) {
      throw document.invalid(
          "usher.io/operation: "
              + (located.isConnection()
                  ? located.kind().kind() + " comes with CONNECT alone; leave the annotation out"
                  : "CONNECT brings no "
                      + located.kind().kind()
                      + " but options, as PodExecOptions or ServiceProxyOptions; write these, with"
                      + " the name of what is connected to"));
    }
    return operation;
  }

  /** Creates an object, or what a subresource takes. */
  ApiRequest create(Located located) {
    String path = located.subresource().isEmpty() ? located.collection() : located.path();
    return write("POST", path, JSON, located.object());
  }

  /** Replaces what a subresource has of an object. */
  ApiRequest replace(Located located) {
    return write("PUT", located.path(), JSON, located.object());
  }

  /**
   * Changes an object.
   *
   * @param type of the patch
   */
  ApiRequest patch(Located located, String type, JsonNode patch) {
    return write("PATCH", located.path(), type, patch);
  }

  ApiRequest delete(Located located) {
    return ApiRequest.of("DELETE", located.path() + "?propagationPolicy=Background" + dryRun);
  }

  /** Opens a connection with options, which are the query's parameters. */
  static ApiRequest connect(Located located) {
    var query = new StringBuilder("?");
    located
        .object()
        .properties()
        .forEach(
            option -> {
              JsonNode value = option.getValue();
              for (JsonNode each : value.isArray() ? value : List.of(value)) {
                query
                    .append(option.getKey())
                    .append('=')
                    .append(URLEncoder.encode(each.asText(), StandardCharsets.UTF_8))
                    .append('&');
              }
            });
    String below = located.object().path("path").asText();
    String path = located.path() + (below.isEmpty() || below.startsWith("/") ? "" : "/") + below;
    return ApiRequest.of("POST", path + query);
  }

  private ApiRequest write(String method, String path, String type, JsonNode body) {
    return ApiRequest.of(method, path + "?fieldManager=kubectl&fieldValidation=Strict" + dryRun)
        .withHeaders(Headers.of(Map.of("Content-Type", List.of(type))))
        .withBody(body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
