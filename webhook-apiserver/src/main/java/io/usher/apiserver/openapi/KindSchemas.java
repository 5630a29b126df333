package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ResourceType;
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
          describe(kind, list, version);
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
  private void describe(GroupVersionKind kind, GroupVersionKind list, ServedVersion version) {
    List<String> labels = new ArrayList<>(List.of(kind.group().split("\\.")));
    Collections.reverse(labels);
    String prefix = String.join(".", labels) + '.' + kind.version() + '.';
    names.put(kind, prefix + kind.kind());
    names.put(list, prefix + list.kind());
    ObjectNode declared = version.schema().openApi();
    ObjectNode schema = declared == null ? anything() : declared.deepCopy();
    schema.put("type", "object");
    ObjectNode properties = schema.withObject("/properties");
    typeMeta(properties, "ObjectMeta");
    kindOf(schema, kind);
    definitions.add(prefix + kind.kind(), schema);

    ObjectNode listed = Parameters.NODES.objectNode();
    listed.put("description", list.kind() + " is a list of " + kind.kind()).put("type", "object");
    listed.putArray("required").add("items");
    ObjectNode members = listed.putObject("properties");
    typeMeta(members, "ListMeta");
    ObjectNode items = members.putObject("items").put("type", "array");
    items.putObject("items").put("$ref", Definitions.REFERENCE + prefix + kind.kind());
    kindOf(listed, list);
    definitions.add(prefix + list.kind(), listed);
  }

  private static ObjectNode anything() {
    return Parameters.NODES.objectNode().put("x-kubernetes-preserve-unknown-fields", true);
  }

  /** {@code apiVersion}, {@code kind} and {@code metadata}, described as in every kind. */
  private void typeMeta(ObjectNode properties, String metaType) {
    JsonNode pod = definitions.schema("io.k8s.api.core.v1.Pod").get("properties");
    properties.set("apiVersion", pod.get("apiVersion"));
    properties.set("kind", pod.get("kind"));
    ArrayNode all = properties.putObject("metadata").putArray("allOf");
    all.addObject().put("$ref", Definitions.REFERENCE + Definitions.META + metaType);
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
