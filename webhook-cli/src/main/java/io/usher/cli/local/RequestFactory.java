package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.engine.admission.ReviewBody;
import io.usher.webhook.declaration.KnownResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the requests that an API server would make of manifests. */
final class RequestFactory {

  private final String namespace;
  private final UserInfo user;
  private final boolean dryRun;

  /** The custom resources that the manifests themselves define, by group and kind. */
  private final Map<String, KnownCustomResource> customResources = new HashMap<>();

  /**
   * What a definition says.
   *
   * @param schemas {@code openAPIV3Schema} by version
   */
  private record KnownCustomResource(
      String plural, boolean namespaced, Map<String, JsonNode> schemas) {}

  RequestFactory(
      String namespace, UserInfo user, boolean dryRun, List<ManifestDocument> documents) {
    this.namespace = namespace;
    this.user = user;
    this.dryRun = dryRun;
    documents.stream()
        .map(ManifestDocument::object)
        .filter(object -> object.path("kind").asText().equals("CustomResourceDefinition"))
        .forEach(this::define);
  }

  private void define(ObjectNode definition) {
    JsonNode spec = definition.path("spec");
    customResources.put(
        spec.path("group").asText() + "/" + spec.at("/names/kind").asText(),
        new KnownCustomResource(
            spec.at("/names/plural").asText(),
            !spec.path("scope").asText().equals("Cluster"),
            schemas(spec)));
  }

  private static Map<String, JsonNode> schemas(JsonNode spec) {
    var schemas = new HashMap<String, JsonNode>();
    spec.path("versions")
        .forEach(
            version ->
                schemas.put(version.path("name").asText(), version.at("/schema/openAPIV3Schema")));
    return schemas;
  }

  /** The schema of a custom resource that the manifests define, or missing. */
  JsonNode schema(GroupVersionKind kind) {
    KnownCustomResource custom = customResources.get(kind.group() + "/" + kind.kind());
    return custom == null
        ? MissingNode.getInstance()
        : custom.schemas().getOrDefault(kind.version(), MissingNode.getInstance());
  }

  /**
   * The request that sends this document.
   *
   * @param stored the object of this name as it was admitted before, or null when it is new: then
   *     the operation is CREATE unless the annotation {@code usher.io/operation} says another
   */
  AdmissionRequest request(
      ManifestDocument document, Located located, @Nullable ObjectNode stored) {
    Operation operation = operation(document, located, stored);
    ObjectNode sent = located.object();
    ObjectNode old =
        switch (operation) {
          case CREATE, CONNECT -> null;
          case UPDATE, DELETE -> stored == null ? sent : stored;
        };
    return new AdmissionRequest(
        UUID.randomUUID().toString(),
        located.kind(),
        located.resource().resource(),
        located.subresource(),
        located.kind(),
        located.resource().resource(),
        located.subresource(),
        located.name(),
        located.namespace(),
        operation,
        user,
        dryRun,
        operation == Operation.DELETE ? null : sent,
        old,
        ReviewBody.options(operation));
  }

  /**
   * An object, and where an API server would store it.
   *
   * @param object the object, its namespace written into it
   */
  record Located(
      GroupVersionKind kind,
      KnownResource resource,
      String subresource,
      String namespace,
      String name,
      ObjectNode object) {

    /** Whether it is what a client connects with, {@code PodExecOptions}. */
    boolean isConnection() {
      return kind.group().isEmpty()
          && kind.kind().endsWith("Options")
          && KnownResource.onlySubresource(kind).isPresent();
    }

    /** What is the same for all documents of one stored object. */
    String key() {
      return key(name);
    }

    /** The same for an object that webhooks gave this name. */
    String key(String stored) {
      return kind.group() + "/" + kind.kind() + "/" + namespace + "/" + stored;
    }
  }

  Located locate(ManifestDocument document) {
    ObjectNode object = document.object().deepCopy();
    var kind =
        GroupVersionKind.of(object.path("apiVersion").asText(), object.path("kind").asText());
    if (!(object.path("metadata") instanceof ObjectNode metadata)) {
      throw document.invalid("its metadata is no object");
    }
    String stated = document.annotation("subresource");
    String subresource = stated.isEmpty() ? KnownResource.onlySubresource(kind).orElse("") : stated;
    KnownResource resource = resource(kind, subresource);
    String name = metadata.path("name").asText();
    if (name.isEmpty() && !metadata.hasNonNull("generateName")) {
      throw document.invalid("its metadata has neither name nor generateName");
    }
    String in = "";
    if (resource.namespaced()) {
      in = metadata.path("namespace").asText(namespace);
      metadata.put("namespace", in);
    } else if (kind.kind().equals("Namespace") && kind.group().isEmpty()) {
      in = name;
    }
    var located = new Located(kind, resource, subresource, in, name, object);
    if (located.isConnection()) {
      // Options have none: in the manifest it says what is connected to.
      object.remove("metadata");
    }
    return located;
  }

  private KnownResource resource(GroupVersionKind kind, String subresource) {
    KnownCustomResource custom = customResources.get(kind.group() + "/" + kind.kind());
    if (custom == null) {
      return KnownResource.of(kind, null, subresource);
    }
    return new KnownResource(
        KnownResource.of(kind, custom.plural(), subresource).resource(), custom.namespaced());
  }

  private static Operation operation(
      ManifestDocument document, Located located, @Nullable ObjectNode stored) {
    String stated = document.annotation("operation");
    if (stated.isEmpty()) {
      if (located.isConnection()) {
        return Operation.CONNECT;
      }
      return stored == null ? Operation.CREATE : Operation.UPDATE;
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
}
