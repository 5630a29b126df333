package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** CustomResourceDefinitions of the tests, all of group {@code e2e.usher.io}. */
final class CustomResources {

  /** Keeps what it does not know. */
  static final String WIDGETS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: widgets.e2e.usher.io
      spec:
        group: e2e.usher.io
        scope: Namespaced
        names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  /** Two versions of one schema, v1 stored. */
  static final String GADGETS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: gadgets.e2e.usher.io
      spec:
        group: e2e.usher.io
        scope: Namespaced
        names: {plural: gadgets, singular: gadget, kind: Gadget, listKind: GadgetList}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
        - name: v2
          served: true
          storage: false
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  /** Prunes {@code data} but for two keys. */
  static final String PRUNABLES =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: prunables.e2e.usher.io
      spec:
        group: e2e.usher.io
        scope: Namespaced
        names: {plural: prunables, singular: prunable, kind: Prunable, listKind: PrunableList}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                data:
                  type: object
                  properties:
                    mutation-start: {type: string}
                    mutation-stage-1: {type: string}
      """;

  private CustomResources() {}

  /** Installs the definition where it is not yet, and waits until its resource is served. */
  static void install(KubernetesApi api, String yaml) {
    ObjectNode definition = Documents.yaml(yaml);
    String collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    Answer created = api.create(collection, definition);
    assertThat(created.status()).as(created.toString()).isIn(201, 409);
    for (JsonNode version : definition.at("/spec/versions")) {
      String served =
          "/apis/e2e.usher.io/%s/%s"
              .formatted(
                  version.path("name").asText(), definition.at("/spec/names/plural").asText());
      for (int attempt = 0; api.get(served).status() != 200; attempt++) {
        assertThat(attempt).as(served + " is not served").isLessThan(100);
        TestNamespace.pause(Duration.ofMillis(100));
      }
    }
  }

  /** An object of {@code e2e.usher.io}: {@code object("Widget", "v1", "name", "{spec: {}}")}. */
  static ObjectNode object(String kind, String version, String name, String fields) {
    ObjectNode object = Documents.yaml(fields);
    object.put("apiVersion", "e2e.usher.io/" + version).put("kind", kind);
    object.withObject("/metadata").put("name", name);
    return object;
  }
}
