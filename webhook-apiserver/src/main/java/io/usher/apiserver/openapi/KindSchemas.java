package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.schema.TypedSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The schemas of all kinds: built-in ones are in the table, others are described here. */
final class KindSchemas implements ResourcePaths.Schemas {

  private static final String CONVENTIONS =
      "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md";
  private static final String OF_OBJECT =
      "Standard object's metadata. More info: " + CONVENTIONS + "#metadata";
  private static final String OF_LIST =
      "Standard list metadata. More info: " + CONVENTIONS + "#types-kinds";

  private final Definitions definitions = new Definitions();
  private final Map<GroupVersionKind, String> names = new HashMap<>();

  KindSchemas(Collection<ResourceType> types) {
    for (ResourceType type : types) {
      for (ServedVersion version : type.versions()) {
        var kind = new GroupVersionKind(type.group(), version.name(), type.kind());
        var list = new GroupVersionKind(type.group(), version.name(), type.listKind());
        if (version.schema() instanceof TypedSchema typed) {
          names.put(kind, typed.definition());
          names.put(list, packageOf(typed.definition()) + type.listKind());
        } else {
          describe(kind, list, new ApiResource(type, version));
        }
      }
    }
    // the bodies of subresources, whose kinds are no resources
    names.put(
        new GroupVersionKind("autoscaling", "v1", "Scale"), "io.k8s.api.autoscaling.v1.Scale");
    names.put(new GroupVersionKind("policy", "v1", "Eviction"), "io.k8s.api.policy.v1.Eviction");
    names.put(
        new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"),
        "io.k8s.api.authentication.v1.TokenRequest");
  }

  Definitions definitions() {
    return definitions;
  }

  @Override
  public String of(GroupVersionKind kind) {
    return names.getOrDefault(kind, "");
  }

  /** Describes a registered kind and its list, as kube-apiserver describes custom resources. */
  private void describe(GroupVersionKind kind, GroupVersionKind list, ApiResource resource) {
    List<String> labels = new ArrayList<>(List.of(kind.group().split("\\.")));
    Collections.reverse(labels);
    String prefix = String.join(".", labels) + '.' + kind.version() + '.';
    names.put(kind, prefix + kind.kind());
    names.put(list, prefix + list.kind());
    ObjectNode declared = resource.version().schema().openApi();
    ObjectNode schema = declared == null ? anything() : declared.deepCopy();
    embedded(schema);
    schema.put("type", "object");
    ObjectNode properties = schema.withObject("/properties");
    typeMeta(properties);
    properties.set("metadata", metadata("ObjectMeta", OF_OBJECT));
    kindOf(schema, kind);
    selectable(schema, resource.version());
    definitions.add(prefix + kind.kind(), schema);

    ObjectNode listed = Parameters.NODES.objectNode();
    listed.put("description", list.kind() + " is a list of " + kind.kind()).put("type", "object");
    listed.putArray("required").add("items");
    ObjectNode members = listed.putObject("properties");
    typeMeta(members);
    members.set("metadata", metadata("ListMeta", OF_LIST));
    ObjectNode items = members.putObject("items").put("type", "array");
    items.put(
        "description",
        "List of %s. More info: %s".formatted(resource.type().plural(), CONVENTIONS));
    items.putObject("items").put("$ref", Definitions.REFERENCE + prefix + kind.kind());
    kindOf(listed, list);
    selectable(listed, resource.version());
    definitions.add(prefix + list.kind(), listed);
  }

  /** Says what every embedded object has. */
  private void embedded(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("x-kubernetes-embedded-resource").asBoolean()) {
      ObjectNode properties = object.withObject("/properties");
      typeMeta(properties);
      properties.set("metadata", metadata("ObjectMeta", OF_OBJECT));
      object.putArray("required").add("kind").add("apiVersion");
    }
    schema.path("properties").forEach(this::embedded);
    embeddedIn(schema.path("items"));
    embeddedIn(schema.path("additionalProperties"));
  }

  private void embeddedIn(JsonNode schema) {
    if (schema.isObject()) {
      embedded(schema);
    }
  }

  /** What field selectors may name, but for what they may in every kind. */
  private static void selectable(ObjectNode schema, ServedVersion version) {
    ArrayNode fields = Parameters.NODES.arrayNode();
    for (SelectableField each : version.selectableFields()) {
      if (!each.path().startsWith("metadata.")) {
        fields.addObject().put("fieldPath", each.path());
      }
    }
    if (!fields.isEmpty()) {
      schema.set("x-kubernetes-selectable-fields", fields);
    }
  }

  private static ObjectNode anything() {
    return Parameters.NODES.objectNode().put("x-kubernetes-preserve-unknown-fields", true);
  }

  /** {@code apiVersion} and {@code kind}, described as in every kind. */
  private void typeMeta(ObjectNode properties) {
    JsonNode pod = definitions.schema("io.k8s.api.core.v1.Pod").get("properties");
    properties.set("apiVersion", pod.get("apiVersion"));
    properties.set("kind", pod.get("kind"));
  }

  private static ObjectNode metadata(String type, String description) {
    ObjectNode metadata = Parameters.NODES.objectNode();
    metadata
        .put("description", description)
        .putArray("allOf")
        .addObject()
        .put("$ref", Definitions.REFERENCE + Definitions.META + type);
    return metadata;
  }

  private static void kindOf(ObjectNode schema, GroupVersionKind kind) {
    schema
        .putArray("x-kubernetes-group-version-kind")
        .addObject()
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind());
  }

  private static String packageOf(String definition) {
    return definition.substring(0, definition.lastIndexOf('.') + 1);
  }
}
