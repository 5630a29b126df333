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
import java.util.regex.Pattern;

/** What is wrong with {@code metadata}, with the texts of k8s.io/apimachinery. */
final class ObjectMetaChecks {

  private static final Pattern QUALIFIED_PART =
      Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final String QUALIFIED_FORM =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
          + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  private static final Pattern LABEL_VALUE =
      Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
  private static final String LABEL_VALUE_FORM =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
          + " 'my_value',  or '12345', regex used for validation is"
          + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  private static final int MAX_PART = 63;
  private static final int MAX_ANNOTATIONS = 256 << 10;
  private static final Set<String> STANDARD_FINALIZERS =
      Set.of("kubernetes", "orphan", "foregroundDeletion");

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
    checks.finalizers(metadata.path("finalizers"));
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
      if (value.length() > MAX_PART) {
        invalid("metadata.labels", value, "must be no more than " + MAX_PART + " bytes");
      }
      if (!LABEL_VALUE.matcher(value).matches()) {
        invalid("metadata.labels", value, LABEL_VALUE_FORM);
      }
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

  private void finalizers(JsonNode finalizers) {
    for (int i = 0; i < finalizers.size(); i++) {
      String name = finalizers.get(i).asText();
      String field = "metadata.finalizers[" + i + "]";
      int before = errors.size();
      qualifiedName(field, name, name);
      if (errors.size() == before && !name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
        invalid(field, name, "name is neither a standard finalizer name nor is it fully qualified");
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

  /** A prefix that is a subdomain, and a name. */
  private void qualifiedName(String field, String value, String checked) {
    String[] parts = checked.split("/", -1);
    if (parts.length > 2) {
      invalid(
          field,
          value,
          "a qualified name "
              + QUALIFIED_FORM
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      return;
    }
    if (parts.length == 2) {
      if (parts[0].isEmpty()) {
        invalid(field, value, "prefix part must be non-empty");
      } else {
        ObjectNames.subdomainProblems(parts[0], false)
            .forEach(each -> invalid(field, value, "prefix part " + each));
      }
    }
    String name = parts[parts.length - 1];
    if (name.isEmpty()) {
      invalid(field, value, "name part must be non-empty");
    } else if (name.length() > MAX_PART) {
      invalid(field, value, "name part must be no more than " + MAX_PART + " bytes");
    }
    if (!QUALIFIED_PART.matcher(name).matches()) {
      invalid(field, value, "name part " + QUALIFIED_FORM);
    }
  }

  private void invalid(String field, String value, String detail) {
    errors.add(FieldError.invalid(field, TextNode.valueOf(value), detail));
  }
}
