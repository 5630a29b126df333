package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A custom resource in three versions on a real API server, whose stored one changes. */
@ExtendWith(ClusterExtension.class)
final class ConversionIT {

  private static final int MANY = 2_000;

  /** Creations under way at once: the API server has no more to do at one time. */
  private static final int AT_ONCE = 50;

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final UsherProcess.Launcher launcher;
  private final String caBundle;
  private final int port = UsherProcess.freePort();

  ConversionIT(TestNamespace namespace, KubernetesApi api, UsherProcess.Launcher usher)
      throws IOException {
    this.namespace = namespace;
    this.api = api;
    launcher =
        new UsherProcess.Launcher(
            usher.server(),
            RuleJar.write(usher.work().resolve("conversions.jar"), ConvertedTabs.CLASSES),
            usher.work(),
            usher.certificates());
    caBundle = usher.certificates().caBundle();
  }

  @BeforeEach
  void define() {
    api.create(Tabs.DEFINITIONS, definition("v1alpha1")).accepted();
    eventually(
        () ->
            assertThat(api.get(namespace.path(Tabs.GROUP + "/v1", "tabs")).status())
                .isEqualTo(200));
  }

  @AfterEach
  void deleteDefinition() {
    api.delete(Tabs.DEFINITION).accepted();
    // With all of its objects.
    eventually(() -> assertThat(api.get(Tabs.DEFINITION).status()).isEqualTo(404));
  }

  private UsherProcess start(String name) {
    return launcher.start(name, port, List.of());
  }

  @Test
  void nothingIsLostWhileTheStoredVersionChanges() {
    List<ObjectNode> sent = new ArrayList<>();
    try (UsherProcess usher = start("conversion-before")) {
      for (String version : Tabs.VERSIONS) {
        ObjectNode tab = Tabs.tab(version, "of-" + version, "kept");
        sent.add(tab);
        api.create(tabs(version), tab).accepted();
      }
      assertReadInAllVersions(sent);

      api.update(Tabs.DEFINITION, stored("v1")).accepted();
      eventually(() -> assertReadInAllVersions(sent));

      String seen = api.get(tabs("v1")).accepted().at("/metadata/resourceVersion").asText();
      ObjectNode later = Tabs.tab("v1beta1", "later", "kept");
      sent.add(later);
      api.create(tabs("v1beta1"), later).accepted();
      for (String version : Tabs.VERSIONS) {
        assertThat(watched(version, seen)).containsExactly("ADDED later " + minute(version));
      }
      usher.terminate();
      usher.awaitExit(UsherProcess.END);
    }
    // Nobody converts: what is stored in this version is read, and nothing else.
    assertThat(api.get(tabs("v1") + "/later").status()).isEqualTo(200);
    assertThat(api.get(tabs("v1alpha1") + "/later").refused(500))
        .contains("conversion webhook for " + Tabs.GROUP + "/v1, Kind=Tab failed");

    try (UsherProcess usher = start("conversion-after")) {
      assertThat(usher.port()).isEqualTo(port);
      eventually(() -> assertReadInAllVersions(sent));
      migrate();
      assertReadInAllVersions(sent);
    }
    // All are stored in it now: nobody is needed to read them.
    for (ObjectNode tab : sent) {
      api.get(tabs("v1") + "/" + tab.at("/metadata/name").asText()).accepted();
    }
  }

  @Test
  void failureNamesObjectAndField() {
    try (UsherProcess usher = start("conversion-fails")) {
      assertThat(usher.port()).isEqualTo(port);
      ObjectNode bad = Tabs.tab("v1alpha1", "bad", "x");
      bad.withObject("/spec").put("cron", "hourly");
      // It is stored as it is: only who reads it in another version learns.
      api.create(tabs("v1alpha1"), bad).accepted();

      assertThat(api.get(tabs("v1") + "/bad").refused(500))
          .isEqualTo(
              "conversion webhook for "
                  + Tabs.GROUP
                  + "/v1alpha1, Kind=Tab failed: rule ConvertedTabs.fromAlpha failed on Tab "
                  + namespace.name()
                  + "/bad (v1alpha1 to v1): spec.cron: has no space");
      assertThat(api.get(tabs("v1alpha1") + "/bad").status()).isEqualTo(200);
    }
  }

  @Test
  void twoThousandObjectsOfTenKilobytesAreListed() {
    try (UsherProcess usher = start("conversion-many")) {
      String text = "x".repeat(10_000);
      var creations = new ArrayList<CompletableFuture<Answer>>();
      for (int i = 0; i < MANY; i++) {
        creations.add(api.createLater(tabs("v1alpha1"), Tabs.tab("v1alpha1", "tab-" + i, text)));
        if (creations.size() == AT_ONCE) {
          creations.forEach(each -> each.join().accepted());
          creations.clear();
        }
      }

      JsonNode items = api.get(tabs("v1")).accepted().at("/items");

      assertThat(items).hasSize(MANY);
      for (JsonNode item : items) {
        assertThat(item.at("/spec/schedule/minute").asText()).isEqualTo("5");
        assertThat(item.at("/spec/template/text").asText()).isEqualTo(text);
      }
      assertThat(usher.get("/metrics"))
          .contains("usher_conversions_total{result=\"failed\",webhook=\"tabs.e2e.usher.io\"} 0.0");
    }
  }

  /** Writes each as it is, so that it is stored in the version that is stored now. */
  private void migrate() {
    for (JsonNode item : api.get(tabs("v1")).accepted().at("/items")) {
      api.update(tabs("v1") + "/" + item.at("/metadata/name").asText(), item).accepted();
    }
    ObjectNode status = Documents.JSON.createObjectNode();
    status.putObject("status").putArray("storedVersions").add("v1");
    api.patch(Tabs.DEFINITION + "/status", KubernetesApi.MERGE_PATCH, status).accepted();
  }

  private void assertReadInAllVersions(List<ObjectNode> sent) {
    for (String version : Tabs.VERSIONS) {
      JsonNode items = api.get(tabs(version)).accepted().at("/items");
      assertThat(items).hasSize(sent.size());
      for (ObjectNode tab : sent) {
        String name = tab.at("/metadata/name").asText();
        JsonNode read = api.get(tabs(version) + "/" + name).accepted().body();
        assertThat(read.get("apiVersion").asText()).isEqualTo(Tabs.GROUP + "/" + version);
        assertThat(read.get("spec")).isEqualTo(Tabs.tab(version, name, "kept").get("spec"));
        assertThat(read.at("/metadata/labels")).isEqualTo(tab.at("/metadata/labels"));
      }
    }
  }

  /** The events of tabs of a version since then, each with its minute. */
  private List<String> watched(String version, String resourceVersion) {
    return api
        .lines(tabs(version) + "?watch=true&timeoutSeconds=3&resourceVersion=" + resourceVersion)
        .stream()
        .map(Documents::yaml)
        .map(
            event ->
                event.path("type").asText()
                    + " "
                    + event.at("/object/metadata/name").asText()
                    + " "
                    + event.at("/object/spec").toString().replaceAll(",\"template.*", ""))
        .toList();
  }

  private String minute(String version) {
    return Tabs.tab(version, "later", "kept")
        .get("spec")
        .toString()
        .replaceAll(",\"template.*", "");
  }

  private String tabs(String version) {
    return namespace.path(Tabs.GROUP + "/" + version, "tabs");
  }

  private ObjectNode stored(String version) {
    ObjectNode definition = definition(version);
    definition
        .withObject("/metadata")
        .set(
            "resourceVersion", api.get(Tabs.DEFINITION).accepted().at("/metadata/resourceVersion"));
    return definition;
  }

  private ObjectNode definition(String storedVersion) {
    ObjectNode definition = Tabs.definition(storedVersion);
    ObjectNode conversion =
        Documents.yaml(
            """
            strategy: Webhook
            webhook:
              conversionReviewVersions: [v1]
              clientConfig:
                service:
                  name: usher
                  namespace: usher-e2e
                  path: /convert/tabs.e2e.usher.io
            """);
    ObjectNode client = (ObjectNode) conversion.at("/webhook/clientConfig");
    client.put("caBundle", caBundle);
    ((ObjectNode) client.get("service")).put("port", port);
    definition.withObject("/spec").set("conversion", conversion);
    return definition;
  }
}
