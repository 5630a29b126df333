package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.webhook.WebhookCallException;
import io.usher.apiserver.admission.webhook.WebhookEndpoint;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.storage.file.FileStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CustomResourceDefinitions from their creation to their end, and what they define meanwhile. */
class DefinitionsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String CUPS = "/apis/tea.example.com/v1/namespaces/default/cups";
  private static final String MERGE = "application/merge-patch+json";

  private static final String CUP =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: cups.tea.example.com}
      spec:
        group: tea.example.com
        names: {plural: cups, kind: Cup, shortNames: [c]}
        scope: Namespaced
        versions:
        - name: v1
          served: true
          storage: true
          subresources: {status: {}}
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties:
                    size: {type: integer, minimum: 1}
                  x-kubernetes-validations:
                  - rule: "!has(oldSelf.size) || self.size >= oldSelf.size"
                    message: cups do not shrink
                status: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  @TempDir private Path folder;
  private EmbeddedApiServer server;

  @BeforeEach
  void start() {
    server =
        EmbeddedApiServer.create(
            config ->
                config
                    .authenticator(
                        request -> UserInfo.of("admin", "system:masters", "system:authenticated"))
                    .conversionWebhooks(this::convert)
                    .library(
                        library ->
                            library.storage(
                                FileStorage.open(folder.resolve("objects.db"), 1 << 20))));
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** What v1 calls size, v2 calls litres; it fails at a size of 13, and answers 14 with no list. */
  private JsonNode convert(WebhookEndpoint webhook, ObjectNode review) throws WebhookCallException {
    JsonNode request = review.path("request");
    ObjectNode answer = review.objectNode();
    answer.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "ConversionReview");
    ObjectNode response = answer.putObject("response").put("uid", request.path("uid").asText());
    response.putObject("result").put("status", "Success");
    var converted = response.putArray("convertedObjects");
    for (JsonNode each : request.path("objects")) {
      ObjectNode object = each.deepCopy();
      String version = request.path("desiredAPIVersion").asText();
      ObjectNode spec = object.withObject("/spec");
      boolean newer = version.endsWith("v2");
      JsonNode value = spec.remove(newer ? "size" : "litres");
      if (value != null && value.asInt() == 13) {
        throw new WebhookCallException("failed to call webhook: unlucky");
      }
      if (value != null) {
        spec.set(newer ? "litres" : "size", value);
      }
      converted.add(object.put("apiVersion", version));
      if (value != null && value.asInt() == 14) {
        response.set("convertedObjects", JSON.createObjectNode().set("first", object));
      }
    }
    return answer;
  }

  private JsonNode send(String method, String uri, String type, String yaml) throws Exception {
    byte[] body = yaml.isEmpty() ? new byte[0] : JSON.writeValueAsBytes(YAML.readTree(yaml));
    ApiRequest request =
        ApiRequest.of(method, uri)
            .withHeaders(Headers.of(Map.of("Content-Type", List.of(type))))
            .withBody(body);
    ApiResponse response =
        server.server().handle(request).toCompletableFuture().get(60, TimeUnit.SECONDS);
    String text = new String(((ApiResponse.Complete) response).bytes(), StandardCharsets.UTF_8);
    return text.startsWith("{") ? JSON.readTree(text) : JSON.createObjectNode().put("text", text);
  }

  private JsonNode post(String uri, String yaml) throws Exception {
    return send("POST", uri, "application/json", yaml);
  }

  private JsonNode get(String uri) throws Exception {
    return send("GET", uri, "application/json", "");
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }

  private boolean isTrue(String definition, String condition) throws Exception {
    for (JsonNode each : get(DEFINITIONS + '/' + definition).at("/status/conditions")) {
      if (each.path("type").asText().equals(condition)) {
        return each.path("status").asText().equals("True");
      }
    }
    return false;
  }

  private void define(String yaml) throws Exception {
    JsonNode created = post(DEFINITIONS, yaml);
    assertThat(created.path("kind").asText())
        .as(created.toString())
        .isEqualTo("CustomResourceDefinition");
    await(() -> isTrue(created.at("/metadata/name").asText(), "Established"));
  }

  private static String cup(String name, String spec) {
    return "{apiVersion: tea.example.com/v1, kind: Cup, metadata: {name: %s}, spec: %s}"
        .formatted(name, spec);
  }

  @Test
  void establishedDefinitionIsServedAtOnceUntilItIsGoneWithItsInstances() throws Exception {
    define(CUP);
    assertThat(get("/apis/tea.example.com/v1").at("/resources/0/name").asText()).isEqualTo("cups");
    assertThat(post(CUPS, cup("a", "{size: 1, colour: red}")).path("spec").toString())
        .isEqualTo("{\"size\":1}");
    assertThat(post(CUPS, cup("b", "{size: 0}")).path("message").asText())
        .endsWith("spec.size in body should be greater than or equal to 1");

    JsonNode deleted = send("DELETE", DEFINITIONS + "/cups.tea.example.com", MERGE, "");
    assertThat(deleted.at("/metadata/finalizers/0").asText())
        .isEqualTo("customresourcecleanup.apiextensions.k8s.io");
    await(() -> get(DEFINITIONS + "/cups.tea.example.com").path("code").asInt() == 404);
    assertThat(get("/apis/tea.example.com/v1").path("code").asInt(404)).isEqualTo(404);
    define(CUP);
    assertThat(get(CUPS).path("items")).isEmpty();
  }

  @Test
  void definitionWaitsForTheFinalizersOfItsInstances() throws Exception {
    define(CUP);
    post(
        CUPS,
        "{apiVersion: tea.example.com/v1, kind: Cup, metadata: {name: a, finalizers:"
            + " [example.com/hold]}}");
    send("DELETE", DEFINITIONS + "/cups.tea.example.com", MERGE, "");
    await(() -> get(CUPS + "/a").path("metadata").hasNonNull("deletionTimestamp"));
    assertThat(isTrue("cups.tea.example.com", "Terminating")).isTrue();
    assertThat(post(CUPS, cup("late", "{}")).path("message").asText())
        .contains("create not allowed while custom resource definition is terminating");
    send("PATCH", CUPS + "/a", MERGE, "metadata: {finalizers: null}");
    await(() -> get(DEFINITIONS + "/cups.tea.example.com").path("code").asInt() == 404);
  }

  @Test
  void definitionsAndInstancesAreThereAfterARestart() throws Exception {
    define(CUP);
    post(CUPS, cup("a", "{size: 2}"));
    server.close();
    start();
    assertThat(get(CUPS + "/a").at("/spec/size").asInt()).isEqualTo(2);
    assertThat(isTrue("cups.tea.example.com", "Established")).isTrue();
  }

  @Test
  void nameThatIsTakenWaitsUntilItIsFree() throws Exception {
    define(CUP);
    JsonNode second =
        post(
            DEFINITIONS,
            CUP.replace("cups.tea", "mugs.tea")
                .replace("plural: cups, kind: Cup", "plural: mugs, kind: Cup"));
    String name = second.at("/metadata/name").asText();
    await(() -> !get(DEFINITIONS + '/' + name).at("/status/conditions").isEmpty());
    assertThat(isTrue(name, "NamesAccepted")).isFalse();
    assertThat(get("/apis/tea.example.com/v1").path("resources"))
        .noneMatch(each -> each.path("name").asText().equals("mugs"));
    send("DELETE", DEFINITIONS + "/cups.tea.example.com", MERGE, "");
    await(() -> isTrue(name, "Established"));
  }

  @Test
  void changedSchemaDefaultsWhatWasStoredBeforeAndHoldsOnlyForChanges() throws Exception {
    define(CUP);
    post(CUPS, cup("a", "{size: 2}"));
    JsonNode patched =
        send(
            "PATCH",
            DEFINITIONS + "/cups.tea.example.com",
            "application/json-patch+json",
            """
            - op: add
              path: /spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/colour
              value: {type: string, default: blue}
            - op: replace
              path: /spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/minimum
              value: 5
            """);
    assertThat(patched.path("kind").asText()).isEqualTo("CustomResourceDefinition");
    await(() -> get(CUPS + "/a").at("/spec/colour").asText().equals("blue"));
    assertThat(send("PATCH", CUPS + "/a", MERGE, "spec: {colour: red}").at("/spec/colour").asText())
        .as("the size, too small by now, is as it was")
        .isEqualTo("red");
    assertThat(send("PATCH", CUPS + "/a", MERGE, "spec: {size: 3}").path("message").asText())
        .contains("should be greater than or equal to 5");
    assertThat(send("PATCH", CUPS + "/a", MERGE, "spec: {size: 1}").path("message").asText())
        .contains("cups do not shrink");
  }

  private static String twoVersions(String conversion) {
    return CUP.replace("  scope:", "  conversion: " + conversion + "\n  scope:")
        + """
          - name: v2
            served: true
            storage: false
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      size: {type: integer}
                      litres: {type: integer}
        """;
  }

  @Test
  void otherVersionShowsTheSameWithoutConversion() throws Exception {
    define(twoVersions("{strategy: None}"));
    post(CUPS, cup("a", "{size: 2}"));
    JsonNode other = get(CUPS.replace("v1", "v2") + "/a");
    assertThat(other.path("apiVersion").asText()).isEqualTo("tea.example.com/v2");
    assertThat(other.at("/spec/size").asInt()).isEqualTo(2);
  }

  @Test
  void webhookConvertsObjectsAndLists() throws Exception {
    define(
        twoVersions(
            "{strategy: Webhook, webhook: {conversionReviewVersions: [v1],"
                + " clientConfig: {url: 'https://localhost/convert'}}}"));
    String newer = CUPS.replace("v1", "v2");
    JsonNode created =
        post(newer, cup("a", "{litres: 2}").replace("example.com/v1", "example.com/v2"));
    assertThat(created.at("/spec/litres").asInt()).as(created.toString()).isEqualTo(2);
    assertThat(get(CUPS + "/a").at("/spec/size").asInt()).isEqualTo(2);
    post(CUPS, cup("b", "{size: 7}"));
    JsonNode items = get(newer).path("items");
    assertThat(items).hasSize(2);
    assertThat(items.at("/1/spec/litres").asInt()).isEqualTo(7);

    post(CUPS, cup("c", "{size: 13}"));
    assertThat(get(newer + "/c").path("message").asText())
        .isEqualTo("conversion webhook for tea.example.com/v1, Kind=Cup failed: unlucky");
    post(CUPS, cup("d", "{size: 14}"));
    assertThat(get(newer + "/d").path("message").asText())
        .isEqualTo(
            "conversion webhook for tea.example.com/v1, Kind=Cup failed: response.convertedObjects"
                + " is an object: answer with a list, also of one object");
  }

  @Test
  void definitionIsRefusedWithAllThatIsWrong() throws Exception {
    JsonNode refused =
        post(
            DEFINITIONS,
            CUP.replace("storage: true", "storage: false")
                .replace("type: integer, minimum: 1", "minimum: 1")
                .replace("self.size >=", "self.weight >="));
    assertThat(refused.path("code").asInt()).isEqualTo(422);
    assertThat(refused.path("message").asText())
        .contains("must have exactly one version marked as storage version")
        .contains("properties[size].type: Required value: must not be empty for specified object");
  }

  @Test
  void costlyRuleThatIsStoredIsExcusedWhileItsSchemaStays() throws Exception {
    String costly =
        CUP.replace(
            "size: {type: integer, minimum: 1}",
            "size: {type: integer}\n              tags: {type: array, items: {type: string, maxLength:"
                + " 20, x-kubernetes-validations: [{rule: \"self.matches('^[a-z]+$')\"}]}}");
    ObjectNode definition = (ObjectNode) YAML.readTree(costly);
    String path = DEFINITIONS + '/' + definition.at("/metadata/name").asText();
    assertThat(post(DEFINITIONS, costly).path("message").asText())
        .contains("estimated rule cost exceeds budget by factor of 2.0x");
    // Nobody checks what the server itself stores, as a version before this one did.
    definition.withObject("/status").putArray("storedVersions").add("v1");
    definition.withObject("/spec/names").put("singular", "cup").put("listKind", "CupList");
    definition.withObject("/spec/conversion").put("strategy", "None");
    server
        .server()
        .objects()
        .create(new GroupResource("apiextensions.k8s.io", "customresourcedefinitions"), definition);

    JsonNode labelled = send("PATCH", path, MERGE, "{metadata: {labels: {a: b}}}");
    assertThat(labelled.at("/metadata/labels/a").asText()).as(labelled.toString()).isEqualTo("b");
    ObjectNode changed = (ObjectNode) get(path);
    ((ObjectNode) changed.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties"))
        .putObject("more")
        .put("type", "string");
    assertThat(send("PUT", path, "application/json", changed.toString()).path("message").asText())
        .contains("estimated rule cost exceeds budget by factor of 2.0x");
  }
}
