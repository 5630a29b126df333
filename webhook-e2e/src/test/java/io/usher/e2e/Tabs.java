package io.usher.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The custom resource that {@link ConvertedTabs} converts. */
final class Tabs {

  static final String GROUP = "e2e.usher.io";
  static final List<String> VERSIONS = List.of("v1alpha1", "v1beta1", "v1");
  static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  static final String NAME = "tabs." + GROUP;
  static final String DEFINITION = DEFINITIONS + "/" + NAME;

  private Tabs() {}

  /** The same object in each version; no class knows of its template. */
  static ObjectNode tab(String version, String name, String text) {
    ObjectNode tab = Documents.JSON.createObjectNode();
    tab.put("apiVersion", GROUP + "/" + version).put("kind", "Tab");
    tab.putObject("metadata").put("name", name).putObject("labels").put("app", name);
    ObjectNode spec = tab.putObject("spec");
    switch (version) {
      case "v1alpha1" -> spec.put("cron", "5 4 * * *");
      case "v1beta1" -> spec.putObject("plan").put("minute", "5").put("rest", "4 * * *");
      default -> spec.putObject("schedule").put("minute", "5").put("rest", "4 * * *");
    }
    spec.putObject("template").put("text", text).put("number", 9_007_199_254_740_993L);
    return tab;
  }

  /** Its definition, which says nothing of conversion. */
  static ObjectNode definition(String storedVersion) {
    ObjectNode definition =
        Documents.yaml(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: tabs.e2e.usher.io}
            spec:
              group: e2e.usher.io
              scope: Namespaced
              names: {kind: Tab, listKind: TabList, plural: tabs, singular: tab}
            """);
    ArrayNode versions = definition.withObject("/spec").putArray("versions");
    for (String version : VERSIONS) {
      ObjectNode each = versions.addObject().put("name", version).put("served", true);
      each.put("storage", version.equals(storedVersion));
      each.set("schema", schema(version));
    }
    return definition;
  }

  private static ObjectNode schema(String version) {
    String schedule = "{type: object, properties: {minute: {type: string}, rest: {type: string}}}";
    String field =
        switch (version) {
          case "v1alpha1" -> "cron: {type: string}";
          case "v1beta1" -> "plan: " + schedule;
          default -> "schedule: " + schedule;
        };
    return Documents.yaml(
        """
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                %s
                template: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """
            .formatted(field));
  }
}
