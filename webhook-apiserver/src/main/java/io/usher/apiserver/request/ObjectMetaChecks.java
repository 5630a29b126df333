package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What is wrong with {@code metadata}, with the texts of k8s.io/apimachinery. */
final class ObjectMetaChecks {

  private static final int MAX_ANNOTATIONS = 256 << 10;
  private static final String ORPHAN = "orphan";
  private static final String FOREGROUND = "foregroundDeletion";

  private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", ORPHAN, FOREGROUND);

  private final List<FieldError> errors = new ArrayList<>();

  private ObjectMetaChecks() {}

  /** What is wrong with a new object's metadata, or with a changed one's by itself. */
  static List<FieldError> check(ObjectNode object, ResourceType type) {
    var checks = new ObjectMetaChecks();
    checks.names(object, type);
    JsonNode metadata = object.path("metadata");
    checks.labels(metadata.path("labels"));
    checks.annotations(metadata.path("annotations"));
    checks.owners(metadata.path("ownerReferences"));
    checks.finalizers(metadata.path("finalizers"), type.strategy().requiresQualifiedFinalizers());
    return checks.errors;
  }

  /** What may not change. */
  static List<FieldError> checkUpdate(ObjectNode object, ObjectNode old) {
    var checks = new ObjectMetaChecks();
    for (String field : List.of("name", "namespace", "uid", "creationTimestamp")) {
      JsonNode value = object.path("metadata").path(field);
      if (!value.equals(old.path("metadata").path(field))) {
        checks.invalid("metadata." + field, value.asText(), "field is immutable");
      }
    }
    if (ObjectMeta.isBeingDeleted(old)) {
      checks.noNewFinalizers(object, old);
    }
    return checks.errors;
  }

  private void names(ObjectNode object, ResourceType type) {
    String prefix = ObjectMeta.text(object, "generateName");
    if (!prefix.isEmpty()) {
      type.strategy()
          .validateName(prefix, true)
          .forEach(each -> invalid("metadata.generateName", prefix, each));
    }
    String name = ObjectMeta.text(object, "name");
    if (name.isEmpty()) {
      errors.add(FieldError.required("metadata.name", "name or generateName is required"));
    } else {
      type.strategy()
          .validateName(name, false)
          .forEach(each -> invalid("metadata.name", name, each));
    }
    String namespace = ObjectMeta.text(object, "namespace");
    if (!type.namespaced() && !namespace.isEmpty()) {
      errors.add(FieldError.forbidden("metadata.namespace", "not allowed on this type"));
    }
  }

  private void labels(JsonNode labels) {
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      qualifiedName("metadata.labels", label.getKey(), label.getKey());
      String value = label.getValue().asText();
      ObjectNames.labelValueProblems(value)
          .forEach(each -> invalid("metadata.labels", value, each));
    }
  }

  private void annotations(JsonNode annotations) {
    long size = 0;
    for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
      String key = annotation.getKey();
      qualifiedName("metadata.annotations", key, key.toLowerCase(Locale.ROOT));
      size += key.length() + annotation.getValue().asText().length();
    }
    if (size > MAX_ANNOTATIONS) {
      errors.add(
          new FieldError(
              FieldError.Reason.TOO_LONG,
              "metadata.annotations",
              null,
              "may not be more than " + MAX_ANNOTATIONS + " bytes"));
    }
  }

  private void owners(JsonNode owners) {
    String controller = "";
    for (JsonNode owner : owners) {
      String version = owner.path("apiVersion").asText();
      if (version.isEmpty()) {
        invalid("metadata.ownerReferences.apiVersion", version, "version must not be empty");
      }
      for (String field : List.of("kind", "name", "uid")) {
        if (owner.path(field).asText().isEmpty()) {
          invalid("metadata.ownerReferences." + field, "", "must not be empty");
        }
      }
      if (owner.path("controller").asBoolean()) {
        if (!controller.isEmpty()) {
          invalid(
              "metadata.ownerReferences",
              owner.path("name").asText(),
              "Only one reference can have Controller set to true. Found \"true\" in references for "
                  + controller
                  + " and "
                  + owner.path("name").asText());
        }
        controller = owner.path("name").asText();
      }
    }
  }

  private void finalizers(JsonNode finalizers, boolean qualified) {
    var names = new ArrayList<String>();
    finalizers.forEach(each -> names.add(each.asText()));
    names.forEach(name -> qualifiedName("metadata.finalizers", name, name));
    if (names.contains(FOREGROUND) && names.contains(ORPHAN)) {
      errors.add(
          FieldError.invalid(
              "metadata.finalizers",
              finalizers,
              "finalizer orphan and foregroundDeletion cannot be both set"));
    }
    for (int i = 0; qualified && i < names.size(); i++) {
      String name = names.get(i);
      if (!name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
        invalid(
            "metadata.finalizers[" + i + "]",
            name,
            "name is neither a standard finalizer name nor is it fully qualified");
      }
    }
  }

  private void noNewFinalizers(ObjectNode object, ObjectNode old) {
    var present = new ArrayList<String>();
    old.path("metadata").path("finalizers").forEach(each -> present.add(each.asText()));
    var added = new ArrayList<String>();
    for (JsonNode each : object.path("metadata").path("finalizers")) {
      if (!present.contains(each.asText())) {
        added.add('"' + each.asText() + '"');
      }
    }
    if (!added.isEmpty()) {
      errors.add(
          FieldError.forbidden(
              "metadata.finalizers",
              "no new finalizers can be added if the object is being deleted, found new finalizers"
                  + " []string{"
                  + String.join(", ", added)
                  + "}"));
    }
  }

  private void qualifiedName(String field, String value, String checked) {
    ObjectNames.qualifiedNameProblems(checked).forEach(each -> invalid(field, value, each));
  }

  private void invalid(String field, String value, String detail) {
    errors.add(FieldError.invalid(field, TextNode.valueOf(value), detail));
  }
}
