package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is wrong with a review of authorization.k8s.io. */
final class AccessReviewChecks {

  private static final String RESOURCE = "spec.resourceAttributes";
  private static final String PATH = "spec.nonResourceAttributes";

  private final JsonNode metadata;
  private final JsonNode spec;
  private final List<FieldError> errors = new ArrayList<>();

  private AccessReviewChecks(ObjectNode review) {
    metadata = review.path("metadata");
    spec = review.path("spec");
  }

  /** Checks a SelfSubjectAccessReview. */
  static List<FieldError> ofSelf(ObjectNode review) {
    var checks = new AccessReviewChecks(review);
    checks.checkAttributes();
    checks.checkSelectors();
    checks.checkMetadata(List.of("managedFields"), "must be empty");
    return checks.errors;
  }

  /** Checks a SubjectAccessReview. */
  static List<FieldError> ofSubject(ObjectNode review) {
    var checks = new AccessReviewChecks(review);
    checks.checkSubject();
    checks.checkMetadata(List.of("managedFields"), "must be empty");
    return checks.errors;
  }

  /**
   * Checks a LocalSubjectAccessReview.
   *
   * @param namespace of the path
   */
  static List<FieldError> local(ObjectNode review, String namespace) {
    var checks = new AccessReviewChecks(review);
    checks.checkSubject();
    checks.checkMetadata(
        List.of("managedFields", "namespace"), "must be empty except for namespace");
    checks.checkNamespace(namespace);
    return checks.errors;
  }

  private void checkSubject() {
    checkAttributes();
    if (spec.path("user").asText().isEmpty() && spec.path("groups").isEmpty()) {
      errors.add(
          FieldError.invalid("spec.user", "", "at least one of user or group must be specified"));
    }
    checkSelectors();
  }

  private JsonNode resource() {
    return spec.path("resourceAttributes");
  }

  private boolean isOfPath() {
    return spec.path("nonResourceAttributes").isObject();
  }

  /** As kube-apiserver shows it: by the names of Go's fields. */
  private ObjectNode pathShown() {
    JsonNode path = spec.path("nonResourceAttributes");
    return JsonNodeFactory.instance
        .objectNode()
        .put("Path", path.path("path").asText())
        .put("Verb", path.path("verb").asText());
  }

  private void checkAttributes() {
    if (resource().isObject() && isOfPath()) {
      errors.add(
          FieldError.invalid(
              PATH, pathShown(), "cannot be specified in combination with resourceAttributes"));
    }
    if (!resource().isObject() && !isOfPath()) {
      errors.add(
          FieldError.invalid(
              RESOURCE,
              (JsonNode) null,
              "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
    }
  }

  private void checkSelectors() {
    for (String kind : List.of("fieldSelector", "labelSelector")) {
      JsonNode selector = resource().path(kind);
      if (selector.isObject()) {
        checkSelector(RESOURCE + '.' + kind, selector, kind.equals("labelSelector"));
      }
    }
  }

  private void checkSelector(String path, JsonNode selector, boolean ofLabels) {
    String raw = selector.path("rawSelector").asText();
    JsonNode requirements = selector.path("requirements");
    if (!raw.isEmpty() && !requirements.isEmpty()) {
      errors.add(
          FieldError.invalid(
              path + ".rawSelector", raw, "may not specified at the same time as requirements"));
    }
    if (raw.isEmpty() && requirements.isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".requirements",
              "when " + path + " is specified, requirements or rawSelector is required"));
    }
    for (int i = 0; i < requirements.size(); i++) {
      checkRequirement(path + ".requirements[" + i + ']', requirements.path(i), ofLabels);
    }
  }

  private void checkRequirement(String path, JsonNode requirement, boolean ofLabels) {
    String key = requirement.path("key").asText();
    if (key.isEmpty() && !ofLabels) {
      errors.add(FieldError.required(path + ".key", "must be specified"));
    }
    boolean values = !requirement.path("values").isEmpty();
    String operator = requirement.path("operator").asText();
    if (!values && List.of("In", "NotIn").contains(operator)) {
      errors.add(
          FieldError.required(
              path + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
    }
    if (values && List.of("Exists", "DoesNotExist").contains(operator)) {
      errors.add(
          FieldError.forbidden(
              path + ".values",
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
    if (ofLabels) {
      checkLabel(path, key, requirement.path("values"));
    }
  }

  private void checkLabel(String path, String key, JsonNode values) {
    for (String problem : ObjectNames.qualifiedNameProblems(key)) {
      errors.add(FieldError.invalid(path + ".key", key, problem));
    }
    for (int i = 0; i < values.size(); i++) {
      String value = values.path(i).asText();
      for (String problem : ObjectNames.labelValueProblems(value)) {
        errors.add(FieldError.invalid(path + ".values[" + i + ']', value, problem));
      }
    }
  }

  private void checkMetadata(List<String> ignored, String problem) {
    for (Map.Entry<String, JsonNode> each : metadata.properties()) {
      if (!ignored.contains(each.getKey()) && !isZero(each.getValue())) {
        errors.add(FieldError.invalid("metadata", metadata, problem));
        return;
      }
    }
  }

  private static boolean isZero(JsonNode value) {
    return value.isContainerNode()
        ? value.isEmpty()
        : value.isNull() || value.asText().isEmpty() || value.isNumber() && value.asLong() == 0;
  }

  private void checkNamespace(String namespace) {
    String stated = resource().path("namespace").asText();
    if (resource().isObject() && !stated.equals(namespace)) {
      errors.add(
          FieldError.invalid(RESOURCE + ".namespace", stated, "must match metadata.namespace"));
    }
    if (isOfPath()) {
      errors.add(FieldError.invalid(PATH, pathShown(), "disallowed on this kind of request"));
    }
  }
}
