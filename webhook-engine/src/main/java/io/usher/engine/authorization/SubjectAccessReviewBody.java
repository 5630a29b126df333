package io.usher.engine.authorization;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.NonResourceAttributes;
import io.usher.authorization.ResourceAttributes;
import io.usher.authorization.SelectorRequirement;
import java.util.List;

/** {@code SubjectAccessReview} of {@code authorization.k8s.io/v1}, as an API server writes it. */
public final class SubjectAccessReviewBody {

  private SubjectAccessReviewBody() {}

  /** The review of this request. */
  public static ObjectNode of(AuthorizationRequest request) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review
        .put("kind", SubjectAccessReviewCodec.KIND)
        .put("apiVersion", SubjectAccessReviewCodec.GROUP + "/v1");
    review.putObject("metadata");
    ObjectNode spec = review.putObject("spec");
    ResourceAttributes resource = request.resource();
    NonResourceAttributes path = request.nonResource();
    if (resource != null) {
      write(resource, spec.putObject("resourceAttributes"));
    }
    if (path != null) {
      spec.putObject("nonResourceAttributes").put("path", path.path()).put("verb", path.verb());
    }
    write(request.user(), spec);
    review.putObject("status").put("allowed", false);
    return review;
  }

  private static void write(ResourceAttributes resource, ObjectNode attributes) {
    text(attributes, "namespace", resource.namespace());
    text(attributes, "verb", resource.verb());
    text(attributes, "group", resource.group());
    text(attributes, "version", resource.version());
    text(attributes, "resource", resource.resource());
    text(attributes, "subresource", resource.subresource());
    text(attributes, "name", resource.name());
    selector(attributes, "fieldSelector", resource.fieldSelector());
    selector(attributes, "labelSelector", resource.labelSelector());
  }

  private static void selector(
      ObjectNode attributes, String member, List<SelectorRequirement> requirements) {
    if (requirements.isEmpty()) {
      return;
    }
    ArrayNode all = attributes.putObject(member).putArray("requirements");
    for (SelectorRequirement each : requirements) {
      ObjectNode written = all.addObject().put("key", each.key());
      written.put("operator", each.operator().value());
      if (!each.values().isEmpty()) {
        each.values().forEach(written.putArray("values")::add);
      }
    }
  }

  private static void write(UserInfo user, ObjectNode spec) {
    text(spec, "user", user.username());
    if (!user.groups().isEmpty()) {
      user.groups().forEach(spec.putArray("groups")::add);
    }
    if (!user.extra().isEmpty()) {
      ObjectNode extra = spec.putObject("extra");
      user.extra().forEach((key, values) -> values.forEach(extra.withArray(key)::add));
    }
    text(spec, "uid", user.uid());
  }

  private static void text(ObjectNode json, String member, String text) {
    if (!text.isEmpty()) {
      json.put(member, text);
    }
  }
}
