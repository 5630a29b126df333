package io.usher.testkit.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.usher.rule.ConversionException;
import io.usher.rule.Converting;
import io.usher.rule.Webhook;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The server calls the conversions of its rules for the definitions that are among its manifests.
 */
class ConversionsIT {

  private static final String SCHEMA =
      """
            schema:
              openAPIV3Schema:
                type: object
                x-kubernetes-preserve-unknown-fields: true
      """;

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: tabs.example.com
      spec:
        group: example.com
        scope: Namespaced
        names: {kind: Tab, listKind: TabList, plural: tabs, singular: tab}
        versions:
          - name: v1
            served: true
            storage: true
      """
          + SCHEMA
          + """
          - name: v1alpha1
            served: true
            storage: false
      """
          + SCHEMA;

  @Webhook(name = "tabs.example.com")
  static final class Tabs {

    @Converting(kind = "Tab.example.com", from = "v1alpha1", to = "v1")
    void up(ObjectNode tab) {
      if (tab.path("size").asText().equals("huge")) {
        throw new ConversionException("size", "is no number");
      }
      tab.put("size", Integer.parseInt(tab.path("size").asText()));
    }

    @Converting(kind = "Tab.example.com", from = "v1", to = "v1alpha1")
    void down(ObjectNode tab) {
      tab.put("size", tab.path("size").asText());
    }
  }

  private static ResourceDefinitionContext version(String version) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("example.com")
        .withVersion(version)
        .withKind("Tab")
        .withPlural("tabs")
        .withNamespaced(true)
        .build();
  }

  @ParameterizedTest
  @EnumSource(WebhookTransport.class)
  void objectsAreConvertedBetweenVersions(WebhookTransport transport) {
    try (ApiServer server =
            ApiServer.start(options -> options.rules(Tabs.class).webhooks(transport));
        KubernetesClient client = SingleTries.clientOf(server)) {
      server.apply(DEFINITION);
      server.apply(
          "{apiVersion: example.com/v1alpha1, kind: Tab, metadata: {name: a}, size: \"3\", x: [1]}");

      GenericKubernetesResource stored =
          server
              .client()
              .genericKubernetesResources(version("v1"))
              .inNamespace("default")
              .withName("a")
              .get();
      assertThat(stored.getAdditionalProperties()).containsEntry("size", 3).containsKey("x");
      assertThat(
              server
                  .client()
                  .genericKubernetesResources(version("v1alpha1"))
                  .inNamespace("default")
                  .list()
                  .getItems())
          .singleElement()
          .satisfies(tab -> assertThat(tab.getAdditionalProperties()).containsEntry("size", "3"));
      assertThatThrownBy(
              () ->
                  client
                      .resource(
                          """
                          apiVersion: example.com/v1alpha1
                          kind: Tab
                          metadata:
                            name: b
                            namespace: default
                          size: huge
                          """)
                      .create())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining(
              "conversion webhook for example.com/v1alpha1, Kind=Tab failed: rule ConversionsIT.Tabs.up"
                  + " failed on Tab default/b (v1alpha1 to v1): size: is no number");
    }
  }
}
