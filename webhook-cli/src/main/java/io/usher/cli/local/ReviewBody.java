package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.UserInfo;
import org.jspecify.annotations.Nullable;

/** {@code AdmissionReview} of {@code admission.k8s.io/v1}, as an API server writes it. */
final class ReviewBody {

  static final String API_VERSION = "admission.k8s.io/v1";
  static final String KIND = "AdmissionReview";

  private ReviewBody() {}

  /** The review of this request, about this object. */
  static ObjectNode of(AdmissionRequest request, @Nullable ObjectNode object) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", API_VERSION).put("kind", KIND);
    ObjectNode body = review.putObject("request");
    body.put("uid", request.uid());
    kind(body.putObject("kind"), request);
    resource(body.putObject("resource"), request.resource());
    subresource(body, "subResource", request.subResource());
    kind(body.putObject("requestKind"), request);
    resource(body.putObject("requestResource"), request.requestResource());
    subresource(body, "requestSubResource", request.requestSubResource());
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

  private static void kind(ObjectNode node, AdmissionRequest request) {
    node.put("group", request.kind().group())
        .put("version", request.kind().version())
        .put("kind", request.kind().kind());
  }

  private static void resource(ObjectNode node, GroupVersionResource resource) {
    node.put("group", resource.group())
        .put("version", resource.version())
        .put("resource", resource.resource());
  }

  private static void subresource(ObjectNode body, String field, String subresource) {
    if (!subresource.isEmpty()) {
      body.put(field, subresource);
    }
  }

  private static void user(ObjectNode node, UserInfo user) {
    node.put("username", user.username());
    user.groups().forEach(node.putArray("groups")::add);
  }

  private static JsonNode orNull(@Nullable ObjectNode document) {
    return document == null ? JsonNodeFactory.instance.nullNode() : document;
  }
}
