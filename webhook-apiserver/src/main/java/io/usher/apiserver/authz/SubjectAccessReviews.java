package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.FieldSelector;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.UserJson;
import io.usher.apiserver.review.ReviewCache;
import io.usher.apiserver.review.ReviewCaller;
import io.usher.apiserver.review.ReviewException;
import io.usher.rule.LabelSelector;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Mode {@code Webhook}: another server decides, asked by SubjectAccessReview. Its decisions are
 * kept for a while. When it does not answer, nobody is allowed by it.
 */
public final class SubjectAccessReviews implements Authorizer, RuleResolver {

  private static final String GROUP = "authorization.k8s.io/";

  private final String version;
  private final ReviewCache cache;

  /**
   * How long decisions are kept.
   *
   * @param allowed those that allow
   * @param others those that don't
   */
  public record Life(Duration allowed, Duration others) {

    /** Of a webhook, as kube-apiserver keeps them. */
    public static final Life WEBHOOK = new Life(Duration.ofMinutes(5), Duration.ofSeconds(30));

    /** Of kube-apiserver itself, as API servers behind it keep them. */
    public static final Life DELEGATED = new Life(Duration.ofSeconds(10), Duration.ofSeconds(10));
  }

  /**
   * @param version of authorization.k8s.io, {@code v1} or {@code v1beta1}
   * @param nanos a clock that never goes back, {@code System::nanoTime}
   */
  public SubjectAccessReviews(ReviewCaller caller, String version, Life life, LongSupplier nanos) {
    this.version = version;
    this.cache =
        new ReviewCache(
            caller,
            status -> status.path("allowed").asBoolean() ? life.allowed() : life.others(),
            nanos);
  }

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    ObjectNode spec = spec(user, request);
    JsonNode status;
    try {
      status = cache.status(spec.toString(), () -> review(spec));
    } catch (ReviewException e) {
      return Decision.failed("SubjectAccessReview: " + e.getMessage());
    }
    String reason = status.path("reason").asText();
    boolean allowed = status.path("allowed").asBoolean();
    if (status.path("denied").asBoolean()) {
      return allowed
          ? new Decision(
              Outcome.DENY,
              reason,
              "webhook subject access review returned both allow and deny response")
          : Decision.deny(reason);
    }
    return allowed ? Decision.allow(reason) : Decision.noOpinion(reason);
  }

  @Override
  public SubjectRules rulesFor(UserInfo user, String namespace) {
    return new SubjectRules(
        List.of(), true, "webhook authorizer does not support user rule resolution");
  }

  private ObjectNode review(ObjectNode spec) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("kind", "SubjectAccessReview").put("apiVersion", GROUP + version);
    review.putObject("metadata");
    review.set("spec", spec);
    return review;
  }

  private ObjectNode spec(UserInfo user, RequestInfo request) {
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    if (request.resourceRequest()) {
      spec.set("resourceAttributes", resource(request));
    } else {
      ObjectNode path = spec.putObject("nonResourceAttributes");
      path.put("path", request.path()).put("verb", request.verb());
    }
    ObjectNode subject = UserJson.of(user);
    if (subject.has("username")) {
      spec.set("user", subject.remove("username"));
    }
    JsonNode groups = subject.remove("groups");
    if (groups != null) {
      // As Kubernetes' own types of both versions name it.
      spec.set(version.equals("v1beta1") ? "group" : "groups", groups);
    }
    return spec.setAll(subject);
  }

  private static ObjectNode resource(RequestInfo request) {
    ObjectNode attributes = JsonNodeFactory.instance.objectNode();
    put(attributes, "namespace", request.namespace());
    put(attributes, "verb", request.verb());
    put(attributes, "group", request.group());
    put(attributes, "version", request.version());
    put(attributes, "resource", request.resource());
    put(attributes, "subresource", request.subresource());
    put(attributes, "name", request.name());
    selectors(attributes, "fieldSelector", fields(request.fieldSelector()));
    selectors(attributes, "labelSelector", labels(request.labelSelector()));
    return attributes;
  }

  private static void put(ObjectNode json, String member, String text) {
    if (!text.isEmpty()) {
      json.put(member, text);
    }
  }

  private static void selectors(ObjectNode attributes, String member, ArrayNode requirements) {
    if (!requirements.isEmpty()) {
      attributes.putObject(member).set("requirements", requirements);
    }
  }

  private static ArrayNode fields(String selector) {
    ArrayNode requirements = JsonNodeFactory.instance.arrayNode();
    try {
      for (FieldSelector.Term term : FieldSelector.parse(selector).terms()) {
        ObjectNode each = requirements.addObject().put("key", term.field());
        each.put("operator", term.equal() ? "In" : "NotIn").putArray("values").add(term.value());
      }
    } catch (IllegalArgumentException e) {
      // Selectors only narrow: without them it is asked for more, and the request fails later.
      return requirements;
    }
    return requirements;
  }

  private static ArrayNode labels(String selector) {
    ArrayNode requirements = JsonNodeFactory.instance.arrayNode();
    try {
      for (LabelSelector.Requirement term : LabelSelector.parse(selector).requirements()) {
        ObjectNode each = requirements.addObject().put("key", term.key());
        each.put("operator", term.operator().value());
        if (!term.values().isEmpty()) {
          term.values().forEach(each.putArray("values")::add);
        }
      }
    } catch (IllegalArgumentException e) {
      // As with fields; what compares numbers is no part of a review either.
      return requirements;
    }
    return requirements;
  }
}
