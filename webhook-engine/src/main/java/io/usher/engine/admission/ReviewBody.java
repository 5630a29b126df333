package io.usher.engine.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import org.jspecify.annotations.Nullable;

/** {@code AdmissionReview} of {@code admission.k8s.io/v1}, as an API server writes it. */
public final class ReviewBody {

  /** The version that it is written in. */
  public static final String API_VERSION = "admission.k8s.io/v1";

  /** The kind of a request and of an answer. */
  public static final String KIND = "AdmissionReview";

  private ReviewBody() {}

  /** The options of an operation that was asked for nothing more; absent on CONNECT. */
  public static @Nullable ObjectNode options(Operation operation) {
    String kind =
        switch (operation) {
          case CREATE -> "CreateOptions";
          case UPDATE -> "UpdateOptions";
          case DELETE -> "DeleteOptions";
          case CONNECT -> null;
        };
    return kind == null
        ? null
        : JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", "meta.k8s.io/v1")
            .put("kind", kind);
  }

  /** The review of this request. */
  public static ObjectNode of(AdmissionRequest request) {
    return of(request, request.object());
  }

  /** The review of this request, about another object. */
  public static ObjectNode of(AdmissionRequest request, @Nullable ObjectNode object) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", API_VERSION).put("kind", KIND);
    ObjectNode body = review.putObject("request");
    body.put("uid", request.uid());
    kind(body.putObject("kind"), request.kind());
    resource(body.putObject("resource"), request.resource());
    text(body, "subResource", request.subResource());
    kind(body.putObject("requestKind"), request.requestKind());
    resource(body.putObject("requestResource"), request.requestResource());
    text(body, "requestSubResource", request.requestSubResource());
    body.put("name", request.name());
    body.put("namespace", request.namespace());
    body.put("operation", request.operation().name());
    user(body.putObject("userInfo"), request.userInfo());
    body.set("object", orNull(object));
    body.set("oldObject", orNull(request.oldObject()));
    body.put("dryRun", request.dryRun());
    body.set("options", orNull(request.options()));
    return review;
  }

  private static void kind(ObjectNode node, GroupVersionKind kind) {
    node.put("group", kind.group()).put("version", kind.version()).put("kind", kind.kind());
  }

  private static void resource(ObjectNode node, GroupVersionResource resource) {
    node.put("group", resource.group())
        .put("version", resource.version())
        .put("resource", resource.resource());
  }

  private static void user(ObjectNode node, UserInfo user) {
    node.put("username", user.username());
    text(node, "uid", user.uid());
    user.groups().forEach(node.putArray("groups")::add);
    if (!user.extra().isEmpty()) {
      ObjectNode extra = node.putObject("extra");
      user.extra().forEach((key, values) -> values.forEach(extra.withArray(key)::add));
    }
  }

  private static void text(ObjectNode node, String field, String text) {
    if (!text.isEmpty()) {
      node.put(field, text);
    }
  }

  private static JsonNode orNull(@Nullable ObjectNode document) {
    return document == null ? JsonNodeFactory.instance.nullNode() : document;
  }
}
