package io.usher.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.authentication.Authentication;
import io.usher.webhook.ConversionTarget;
import io.usher.webhook.WebhookRegistration;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvertedDefinitionsTest {

  private static final ObjectNode TABS =
      KubernetesYaml.parse(
          """
          apiVersion: apiextensions.k8s.io/v1
          kind: CustomResourceDefinition
          metadata:
            name: tabs.example.com
          spec:
            group: example.com
            scope: Namespaced
            names:
              kind: Tab
              plural: tabs
            versions:
            - name: v1
              served: true
              storage: true
            - name: v1alpha1
              served: false
              storage: false
          """);

  private final Installation installation = new Installation("gate", "gate-system", "gate:1");

  private static WebhookRegistration converting(String name, String kind, String other) {
    return WebhookRegistration.named(name)
        .converting("up", ConversionTarget.ofTrees(kind, other, "v1"), (tab, context) -> tab)
        .converting("down", ConversionTarget.ofTrees(kind, "v1", other), (tab, context) -> tab)
        .build();
  }

  private List<ObjectNode> definitions(WebhookRegistration... webhooks) {
    return new ConvertedDefinitions(installation, List.of(webhooks)).of(List.of(TABS));
  }

  @Test
  void definitionCallsTheWebhookThatConvertsItsKind() {
    ObjectNode converted =
        definitions(
                converting("other.example.com", "Other.example.com", "v2"),
                converting("tabs.example.com", "Tab.example.com", "v1alpha1"))
            .get(0);

    assertThat(converted.at("/spec/conversion").toString())
        .isEqualTo(
            "{\"strategy\":\"Webhook\",\"webhook\":{\"conversionReviewVersions\":[\"v1\"],"
                + "\"clientConfig\":{\"service\":{\"name\":\"gate\",\"namespace\":\"gate-system\","
                + "\"path\":\"/convert/tabs.example.com\",\"port\":443}}}}");
    assertThat(converted.at("/spec/versions")).isEqualTo(TABS.at("/spec/versions"));
    assertThat(TABS.at("/spec").has("conversion")).isFalse();
  }

  @Test
  void definitionThatNothingConvertsIsRefused() {
    assertThatThrownBy(
            () -> definitions(converting("o.example.com", "Other.example.com", "v1alpha1")))
        .hasMessage(
            "nothing converts Tab.example.com; leave its definition out, or add @Converting methods");
    assertThatThrownBy(() -> definitions(converting("t.example.com", "Tab.example.com", "v2")))
        .hasMessage(
            "Tab.example.com has versions [v1alpha1] that webhook t.example.com does not convert, but"
                + " [v1, v2]; add @Converting methods");
    assertThatThrownBy(
            () ->
                definitions(
                    converting("a.example.com", "Tab.example.com", "v1alpha1"),
                    converting("b.example.com", "Tab.example.com", "v1alpha1")))
        .hasMessage(
            "Tab.example.com is converted by webhooks [a.example.com, b.example.com]; a definition"
                + " can name one of them");
  }

  @Test
  void eachOverlayHasDefinitionsWithItsCa() {
    ManifestFiles files =
        Manifests.generate(
            installation,
            List.of(converting("tabs.example.com", "Tab.example.com", "v1alpha1")),
            List.of(TABS));

    assertThat(files.contents().get("definitions/customresourcedefinition.yaml"))
        .contains("path: /convert/tabs.example.com");
    assertThat(files.contents().get("overlays/cert-manager/definitions/kustomization.yaml"))
        .contains("cert-manager.io/inject-ca-from: gate-system/gate-tls");
    assertThat(files.contents().get("overlays/secret/definitions/kustomization.yaml"))
        .contains("group: apiextensions.k8s.io")
        .contains("spec.conversion.webhook.clientConfig.caBundle");
    assertThat(files.contents().get("overlays/self-managed/definitions/kustomization.yaml"))
        .contains("spec.conversion.webhook.clientConfig.caBundle");
    assertThat(files.contents().get("overlays/self-managed/authority.yaml"))
        .contains("- --definitions=tabs.example.com")
        .contains("- customresourcedefinitions")
        .contains("- tabs.example.com");
    assertThat(files.contents().get("plain/definitions.yaml"))
        .contains("cert-manager.io/inject-ca-from: gate-system/gate-tls")
        .contains("path: /convert/tabs.example.com");
    assertThat(files.contents()).doesNotContainKey("register/customresourcedefinition.yaml");
  }

  @Test
  void chartKeepsDefinitionsWhenItIsUninstalled() {
    ObjectNode annotated = TABS.deepCopy();
    annotated.withObject("/metadata/annotations").put("example.com/made-by", "us");
    ManifestFiles files =
        Manifests.generate(
            installation,
            List.of(converting("tabs.example.com", "Tab.example.com", "v1alpha1")),
            List.of(annotated));

    assertThat(files.contents().get("charts/registration/templates/definitions.yaml"))
        .contains(
            """
            {{- if .Values.definitions }}
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: tabs.example.com
              annotations:
                example.com/made-by: us
                {{- if not .Values.caBundle }}
                cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/gate-tls
                {{- end }}
                helm.sh/resource-policy: keep
            """)
        .contains(
            """
                  clientConfig:
                    service:
                      name: gate
                      namespace: {{ .Release.Namespace }}
                      path: /convert/tabs.example.com
                      port: 443
                    {{- with $.Values.caBundle }}
                    caBundle: {{ . }}
                    {{- end }}
            """);
    assertThat(files.contents().get("charts/registration/values.yaml"))
        .contains("\ndefinitions: true\n");
    assertThat(files.contents().get("charts/server/templates/authority.yaml"))
        .contains("- --definitions=tabs.example.com");
  }

  /**
   * Neither conversions nor doors are registered: kustomize refuses a folder with nothing in it.
   */
  @Test
  void whatIsNotRegisteredHasNoFolderForIt() {
    WebhookRegistration doors =
        WebhookRegistration.named("access.example.com")
            .authenticating("know", 0, (question, context) -> Authentication.notMine())
            .build();
    ManifestFiles files =
        Manifests.generate(
            installation,
            List.of(converting("tabs.example.com", "Tab.example.com", "v1alpha1"), doors),
            List.of(TABS));

    assertThat(files.contents().keySet()).noneMatch(name -> name.contains("register"));
    assertThat(files.contents().get("overlays/cert-manager/definitions/kustomization.yaml"))
        .contains("- ../../../definitions\n");
    files
        .contents()
        .forEach(
            (name, content) -> {
              if (name.endsWith("kustomization.yaml")) {
                assertResourcesAreThere(files, name, content);
              }
            });
  }

  private static void assertResourcesAreThere(ManifestFiles files, String name, String content) {
    JsonNode resources = KubernetesYaml.parse(content).path("resources");
    if (!name.contains("certificate")) {
      assertThat(resources).as(name).isNotEmpty();
    }
    for (JsonNode each : resources) {
      String path = Path.of(name).resolveSibling(each.asText()).normalize().toString();
      assertThat(files.contents().keySet())
          .as(name)
          .anyMatch(file -> file.equals(path) || file.equals(path + "/kustomization.yaml"));
    }
  }

  @Test
  void withoutDefinitionsThereIsNothingOfThem() {
    ManifestFiles files =
        Manifests.generate(
            installation, List.of(converting("tabs.example.com", "Tab.example.com", "v1alpha1")));

    assertThat(files.contents().keySet()).noneMatch(name -> name.contains("definitions"));
    assertThat(files.contents().get("overlays/self-managed/authority.yaml"))
        .doesNotContain("definitions");
  }
}
