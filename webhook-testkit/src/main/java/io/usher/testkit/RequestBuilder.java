package io.usher.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.engine.admission.ReviewBody;
import io.usher.webhook.declaration.KnownResource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is still open of an {@link AdmissionRequest}; begun with {@link Requests}. What is not said
 * is as {@code kubectl} would have it: namespace {@code default} where the object names none, a
 * user named {@code jane}, no dry run.
 */
public final class RequestBuilder {

  private final Operation operation;
  private final @Nullable ObjectNode object;
  private final @Nullable ObjectNode oldObject;

  private @Nullable String resource;
  private String subresource = "";
  private @Nullable String name;
  private @Nullable String namespace;
  private UserInfo user = UserInfo.of("jane", "system:authenticated");
  private boolean dryRun;

  RequestBuilder(Operation operation, @Nullable ObjectNode object, @Nullable ObjectNode oldObject) {
    this.operation = operation;
    this.object = object;
    this.oldObject = oldObject;
  }

  /** The plural, for a custom resource whose name in the plural is not its kind with an s. */
  public RequestBuilder resource(String plural) {
    resource = plural;
    return this;
  }

  /** The subresource that is addressed, {@code ephemeralcontainers}. */
  public RequestBuilder subresource(String subresource) {
    this.subresource = subresource;
    return this;
  }

  /** The object's name, where the object does not bear it: on CONNECT. */
  public RequestBuilder name(String name) {
    this.name = name;
    return this;
  }

  /** The namespace, or the empty string for a cluster-scoped custom resource. */
  public RequestBuilder namespace(String namespace) {
    this.namespace = namespace;
    return this;
  }

  /** Who asks. */
  public RequestBuilder user(String name, String... groups) {
    user = UserInfo.of(name, groups);
    return this;
  }

  /** Nothing will be stored. */
  public RequestBuilder dryRun() {
    dryRun = true;
    return this;
  }

  /** The request. As the API server does, it writes the namespace into the objects. */
  public AdmissionRequest build() {
    ObjectNode subject = Objects.requireNonNull(object != null ? object : oldObject);
    GroupVersionKind kind = kind(subject);
    JsonNode metadata = subject.path("metadata");
    KnownResource known = KnownResource.of(kind, resource, subresource);
    String inNamespace = namespace(known, metadata);
    String named = name != null ? name : metadata.path("name").asText();
    return new AdmissionRequest(
        "00000000-0000-4000-8000-000000000000",
        kind,
        known.resource(),
        subresource,
        kind,
        known.resource(),
        subresource,
        named,
        kind.kind().equals("Namespace") ? named : inNamespace,
        operation,
        user,
        dryRun,
        located(object, inNamespace),
        located(oldObject, inNamespace),
        ReviewBody.options(operation));
  }

  private String namespace(KnownResource known, JsonNode metadata) {
    if (namespace != null) {
      return namespace;
    }
    return known.namespaced() ? metadata.path("namespace").asText("default") : "";
  }

  private @Nullable ObjectNode located(@Nullable ObjectNode document, String inNamespace) {
    if (document == null || operation == Operation.CONNECT || inNamespace.isEmpty()) {
      return document;
    }
    ObjectNode copy = document.deepCopy();
    copy.withObject("metadata").put("namespace", inNamespace);
    return copy;
  }

  private static GroupVersionKind kind(ObjectNode document) {
    String apiVersion = document.path("apiVersion").asText();
    String kind = document.path("kind").asText();
    if (apiVersion.isEmpty() || kind.isEmpty()) {
      throw new IllegalArgumentException("the object has no apiVersion or no kind: " + document);
    }
    return GroupVersionKind.of(apiVersion, kind);
  }
}
