package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static io.usher.e2e.Documents.pod;
import static io.usher.e2e.Documents.yaml;
import static io.usher.e2e.KubernetesApi.JSON_PATCH;
import static io.usher.e2e.KubernetesApi.MERGE_PATCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases of Kubernetes' own conformance suite for admission webhooks. */
@ExtendWith(ClusterExtension.class)
final class ConformanceIT {

  private static final String DENY = "deny-unwanted.e2e.usher.io";
  private static final String DENIED = "admission webhook \"" + DENY + "\" denied the request: ";
  private static final String REGISTRATION = "/apis/admissionregistration.k8s.io";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final String pods;
  private final String configMaps;

  ConformanceIT(TestNamespace namespace, KubernetesApi api) {
    this.namespace = namespace;
    this.api = api;
    this.pods = namespace.path("v1", "pods");
    this.configMaps = namespace.path("v1", "configmaps");
  }

  @Test
  void discoveryListsTheAdmissionRegistrationApi() {
    assertThat(api.get("/apis").accepted().at("/groups").findValuesAsText("groupVersion"))
        .contains("admissionregistration.k8s.io/v1");
    assertThat(api.get(REGISTRATION).accepted().at("/versions").findValuesAsText("version"))
        .contains("v1");
    assertThat(api.get(REGISTRATION + "/v1").accepted().at("/resources").findValuesAsText("name"))
        .contains("mutatingwebhookconfigurations", "validatingwebhookconfigurations");
  }

  @Test
  void podCreateIsDenied() {
    namespace.register(namespace.validating().webhook(DENY, "CREATE /v1/pods"));
    ObjectNode byLabel = labelled(pod("by-label"));
    ObjectNode byContainer = pod("by-container");
    ((ObjectNode) byContainer.at("/spec/containers/0")).put("name", "unwanted");

    assertThat(api.create(pods, byLabel).refused(403))
        .isEqualTo(DENIED + "the Pod contains an unwanted label");
    assertThat(api.create(pods, byContainer).refused(403))
        .isEqualTo(DENIED + "the Pod contains an unwanted container name");
    api.create(pods, pod("wanted")).accepted();
  }

  @Test
  void podPutAndPatchAreDenied() {
    namespace.register(namespace.validating().webhook(DENY, "CREATE,UPDATE /v1/pods"));
    ObjectNode stored = api.create(pods, pod("web")).accepted().body();
    String web = pods + "/web";

    assertThat(api.update(web, labelled(stored)).refused(403))
        .isEqualTo(DENIED + "the Pod contains an unwanted label");
    assertThat(
            api.patch(
                    web,
                    MERGE_PATCH,
                    yaml("{metadata: {labels: {e2e.usher.io/unwanted: \"true\"}}}"))
                .refused(403))
        .isEqualTo(DENIED + "the Pod contains an unwanted label");
    api.patch(web, MERGE_PATCH, yaml("{metadata: {labels: {fine: \"true\"}}}")).accepted();
  }

  @Test
  void configMapCreatePutAndPatchAreDenied() {
    namespace.register(namespace.validating().webhook(DENY, "CREATE,UPDATE /v1/configmaps"));
    String denied = DENIED + "the ConfigMap contains unwanted data";
    String wanted = configMaps + "/wanted";

    assertThat(api.create(configMaps, configMap("new", "key", "unwanted")).refused(403))
        .isEqualTo(denied);
    api.create(configMaps, configMap("wanted", "key", "fine")).accepted();
    assertThat(api.update(wanted, configMap("wanted", "key", "unwanted")).refused(403))
        .isEqualTo(denied);
    assertThat(api.patch(wanted, MERGE_PATCH, yaml("{data: {key: unwanted}}")).refused(403))
        .isEqualTo(denied);
    assertThat(api.get(wanted).at("/data/key").asText()).isEqualTo("fine");
  }

  @Test
  void hangingWebhookTimesOutWithTheDeadlineNamed() {
    namespace.register(
        namespace
            .validating()
            .webhook("slow.e2e.usher.io", "CREATE /v1/configmaps", timeoutSeconds(1)));

    assertThat(api.create(configMaps, configMap("takes-5-s")).refused(500))
        .contains("webhook", "deadline");
  }

  @Test
  void exemptNamespaceIsNotChecked() {
    namespace.register(
        namespace
            .validating()
            .webhook(
                DENY,
                "CREATE /v1/configmaps",
                webhook ->
                    webhook
                        .withArray("/namespaceSelector/matchExpressions")
                        .add(yaml("{key: e2e.usher.io/exempt, operator: DoesNotExist}"))));
    ObjectNode unwanted = configMap("unwanted", "key", "unwanted");

    api.create(configMaps, unwanted).refused(403);
    api.patch(
            "/api/v1/namespaces/" + namespace.name(),
            MERGE_PATCH,
            yaml("{metadata: {labels: {e2e.usher.io/exempt: \"true\"}}}"))
        .accepted();
    Eventually.eventually(() -> api.create(configMaps, unwanted).accepted());
  }

  @Test
  void failOpenSiblingDoesNotStopTheOthers() {
    namespace.register(
        namespace
            .validating()
            .webhook(
                "fail-open.e2e.usher.io",
                "CREATE /v1/configmaps",
                webhook -> {
                  unreachable(webhook);
                  webhook.put("failurePolicy", "Ignore");
                })
            .webhook(DENY, "CREATE /v1/configmaps"));

    api.create(configMaps, configMap("wanted")).accepted();
    assertThat(api.create(configMaps, configMap("unwanted", "key", "unwanted")).refused(403))
        .startsWith(DENIED);
  }

  @Test
  void attachIsDenied() {
    namespace.register(namespace.validating().webhook(DENY, "CONNECT /v1/pods/attach"));
    api.create(pods, pod("web")).accepted();

    assertThat(api.create(pods + "/web/attach", yaml("{}")).refused(403))
        .isEqualTo(DENIED + "attaching to Pod web is not allowed");
  }

  @Test
  void customResourceCreateUpdateAndDeleteAreDenied() {
    CustomResources.install(api, CustomResources.WIDGETS);
    String widgets = namespace.path("e2e.usher.io/v1", "widgets");
    // stored before the webhook is there
    api.create(widgets, CustomResources.object("Widget", "v1", "old", "{spec: {state: unwanted}}"))
        .accepted();
    namespace.register(
        namespace.validating().webhook(DENY, "CREATE,UPDATE,DELETE e2e.usher.io/v1/widgets"));
    api.create(widgets, CustomResources.object("Widget", "v1", "new", "{spec: {state: fine}}"))
        .accepted();
    String denied = DENIED + "the widget's state is unwanted";

    assertThat(
            api.create(
                    widgets,
                    CustomResources.object("Widget", "v1", "other", "{spec: {state: unwanted}}"))
                .refused(403))
        .isEqualTo(denied);
    assertThat(
            api.patch(widgets + "/new", MERGE_PATCH, yaml("{spec: {state: unwanted}}"))
                .refused(403))
        .isEqualTo(denied);
    assertThat(api.delete(widgets + "/old").refused(403)).isEqualTo(denied);
    api.patch(widgets + "/old", MERGE_PATCH, yaml("{spec: {state: fine}}")).accepted();
    api.delete(widgets + "/old").accepted();
  }

  @Test
  void failClosedGivesInternalError() {
    namespace.register(
        namespace
            .validating()
            .webhook("fail-closed.e2e.usher.io", "CREATE /v1/pods", ConformanceIT::unreachable));

    Answer answer = api.create(pods, pod("web"));

    assertThat(answer.refused(500)).contains("failed calling webhook \"fail-closed.e2e.usher.io\"");
    assertThat(answer.at("/reason").asText()).isEqualTo("InternalError");
  }

  @Test
  void twoWebhooksMutateConfigMapInOrder() {
    namespace.register(
        namespace
            .mutating()
            .webhook("stage-1.e2e.usher.io", "CREATE /v1/configmaps")
            .webhook("stage-2.e2e.usher.io", "CREATE /v1/configmaps"));

    Answer created = api.create(configMaps, configMap("map", "mutation-start", "done")).accepted();

    assertThat(created.at("/data"))
        .isEqualTo(yaml("{mutation-start: done, mutation-stage-1: done, mutation-stage-2: done}"));
  }

  @Test
  void addedInitContainerIsDefaultedAfterwards() {
    namespace.register(
        namespace.mutating().webhook("add-init-container.e2e.usher.io", "CREATE /v1/pods"));

    Answer created = api.create(pods, pod("web")).accepted();

    assertThat(created.at("/spec/initContainers"))
        .isEqualTo(
            yaml("""
                    list:
                    - name: added
                      image: registry.example.com/added:1
                      resources: {}
                      terminationMessagePath: /dev/termination-log
                      terminationMessagePolicy: File
                      imagePullPolicy: IfNotPresent
                    """)
                .path("list"));
  }

  @Test
  void webhookConfigurationsAreNeitherMutatedNorBlocked() {
    String rule =
        "CREATE,UPDATE,DELETE admissionregistration.k8s.io/*/validatingwebhookconfigurations,"
            + "mutatingwebhookconfigurations";
    // the objects are of no namespace: the entry must be for all
    Consumer<ObjectNode> everywhere = webhook -> webhook.remove("namespaceSelector");
    namespace.register(
        namespace.validating().webhook("deny-everything.e2e.usher.io", rule, everywhere));
    WebhookConfiguration other = namespace.mutating().webhook(DENY, "CREATE /v1/pods");

    namespace.register(other);

    String path = other.collection() + "/" + other.name();
    api.patch(path, MERGE_PATCH, yaml("{metadata: {labels: {touched: \"true\"}}}")).accepted();
    api.delete(path).accepted();
  }

  @Test
  void customResourceIsMutated() {
    CustomResources.install(api, CustomResources.WIDGETS);
    namespace.register(
        namespace
            .mutating()
            .webhook("stage-1.e2e.usher.io", "CREATE e2e.usher.io/v1/widgets")
            .webhook("stage-2.e2e.usher.io", "CREATE e2e.usher.io/v1/widgets"));

    Answer created =
        api.create(
                namespace.path("e2e.usher.io/v1", "widgets"),
                CustomResources.object("Widget", "v1", "w", "{data: {mutation-start: done}}"))
            .accepted();

    assertThat(created.at("/data"))
        .isEqualTo(yaml("{mutation-start: done, mutation-stage-1: done, mutation-stage-2: done}"));
  }

  @Test
  void customResourceDefinitionIsDenied() {
    namespace.register(
        namespace
            .validating()
            .webhook(
                DENY,
                "CREATE apiextensions.k8s.io/*/customresourcedefinitions",
                webhook -> {
                  webhook.remove("namespaceSelector");
                  webhook
                      .withObject("/objectSelector/matchLabels")
                      .put("e2e.usher.io/unwanted", "true");
                }));

    ObjectNode definition = labelled(yaml(CustomResources.WIDGETS.replace("widget", "gizmo")));
    assertThat(
            api.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
                .refused(403))
        .isEqualTo(DENIED + "the CustomResourceDefinition contains an unwanted label");
  }

  @Test
  void customResourceIsMutatedAcrossStorageVersionChange() {
    CustomResources.install(api, CustomResources.GADGETS);
    namespace.register(
        namespace
            .mutating()
            .webhook("stage-1.e2e.usher.io", "CREATE,UPDATE e2e.usher.io/v1/gadgets")
            .webhook("stage-2.e2e.usher.io", "CREATE,UPDATE e2e.usher.io/v1/gadgets"));
    String v1 = namespace.path("e2e.usher.io/v1", "gadgets");
    api.create(v1, CustomResources.object("Gadget", "v1", "g", "{data: {}}")).accepted();

    String definition =
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.e2e.usher.io";
    api.patch(
            definition,
            JSON_PATCH,
            yaml("""
                    list:
                    - {op: replace, path: /spec/versions/0/storage, value: false}
                    - {op: replace, path: /spec/versions/1/storage, value: true}
                    """)
                .path("list"))
        .accepted();

    JsonNode start = yaml("{data: {mutation-start: done}}");
    ObjectNode all = yaml("{mutation-start: done, mutation-stage-1: done, mutation-stage-2: done}");
    assertThat(api.patch(v1 + "/g", MERGE_PATCH, start).accepted().at("/data")).isEqualTo(all);
    Answer asV2 = api.get(namespace.path("e2e.usher.io/v2", "gadgets") + "/g").accepted();
    assertThat(asV2.at("/apiVersion").asText()).isEqualTo("e2e.usher.io/v2");
    assertThat(asV2.at("/data")).isEqualTo(all);
  }

  @Test
  void customResourceIsPrunedAfterMutation() {
    CustomResources.install(api, CustomResources.PRUNABLES);
    namespace.register(
        namespace
            .mutating()
            .webhook("stage-1.e2e.usher.io", "CREATE e2e.usher.io/v1/prunables")
            .webhook("stage-2.e2e.usher.io", "CREATE e2e.usher.io/v1/prunables"));

    Answer created =
        api.create(
                namespace.path("e2e.usher.io/v1", "prunables"),
                CustomResources.object("Prunable", "v1", "p", "{data: {mutation-start: done}}"))
            .accepted();

    assertThat(created.at("/data"))
        .isEqualTo(yaml("{mutation-start: done, mutation-stage-1: done}"));
  }

  @ParameterizedTest(name = "timeoutSeconds {0}, failurePolicy {1}: {2}")
  @CsvSource({
    "1,       Fail,   500",
    "1,       Ignore, 201",
    "10,      Fail,   201",
    "default, Fail,   201"
  })
  void timeoutIsHonoured(String timeout, String policy, int status) {
    namespace.register(
        namespace
            .validating()
            .webhook(
                "slow.e2e.usher.io",
                "CREATE /v1/configmaps",
                webhook -> {
                  webhook.put("failurePolicy", policy);
                  if (!timeout.equals("default")) {
                    webhook.put("timeoutSeconds", Integer.parseInt(timeout));
                  }
                }));

    Answer answer = api.create(configMaps, configMap("takes-5-s"));

    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    if (status == 500) {
      assertThat(answer.at("/message").asText()).contains("deadline");
    }
  }

  @Test
  void validatingConfigurationIsUpdatedAndPatched() {
    WebhookConfiguration configuration =
        namespace.validating().webhook(DENY, "CREATE /v1/configmaps");
    ObjectNode unwanted = configMap("unwanted", "key", "unwanted");
    changesTakeEffect(
        configuration, () -> api.create(configMaps + "?dryRun=All", unwanted).status() == 403);
  }

  @Test
  void mutatingConfigurationIsUpdatedAndPatched() {
    WebhookConfiguration configuration =
        namespace.mutating().webhook("stage-1.e2e.usher.io", "CREATE /v1/configmaps");
    ObjectNode start = configMap("start", "mutation-start", "done");
    changesTakeEffect(
        configuration,
        () ->
            api.create(configMaps + "?dryRun=All", start)
                .accepted()
                .at("/data")
                .has("mutation-stage-1"));
  }

  /** PUT takes CREATE out of the first webhook's rule, PATCH puts it in again. */
  private void changesTakeEffect(WebhookConfiguration configuration, BooleanSupplier inForce) {
    namespace.register(configuration);
    assertThat(inForce.getAsBoolean()).isTrue();
    String path = configuration.collection() + "/" + configuration.name();

    ObjectNode updated = api.get(path).accepted().body();
    ((ArrayNode) updated.at("/webhooks/0/rules/0/operations")).removeAll().add("UPDATE");
    api.update(path, updated).accepted();
    Eventually.eventually(() -> assertThat(inForce.getAsBoolean()).isFalse());

    api.patch(
            path,
            JSON_PATCH,
            yaml("list: [{op: replace, path: /webhooks/0/rules/0/operations, value: [CREATE]}]")
                .path("list"))
        .accepted();
    Eventually.eventually(() -> assertThat(inForce.getAsBoolean()).isTrue());
  }

  @Test
  void validatingCollectionIsListedAndDeleted() {
    List<WebhookConfiguration> configurations = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      configurations.add(namespace.validating().webhook(DENY, "CREATE /v1/configmaps"));
      namespace.register(configurations.get(i));
    }
    ObjectNode unwanted = configMap("unwanted", "key", "unwanted");
    api.create(configMaps, unwanted).refused(403);

    collectionIsListedAndDeleted(configurations);

    Eventually.eventually(() -> api.create(configMaps, unwanted).accepted());
  }

  @Test
  void mutatingCollectionIsListedAndDeleted() {
    List<WebhookConfiguration> configurations = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      configurations.add(
          namespace.mutating().webhook("stage-1.e2e.usher.io", "CREATE /v1/configmaps"));
      namespace.register(configurations.get(i));
    }
    ObjectNode start = configMap("start", "mutation-start", "done");
    String dryRun = configMaps + "?dryRun=All";
    assertThat(api.create(dryRun, start).accepted().at("/data").size()).isEqualTo(2);

    collectionIsListedAndDeleted(configurations);

    Eventually.eventually(
        () -> assertThat(api.create(dryRun, start).accepted().at("/data").size()).isEqualTo(1));
  }

  private void collectionIsListedAndDeleted(List<WebhookConfiguration> configurations) {
    for (WebhookConfiguration configuration : configurations) {
      api.patch(
              configuration.collection() + "/" + configuration.name(),
              MERGE_PATCH,
              yaml("{metadata: {labels: {collection: %s}}}".formatted(namespace.name())))
          .accepted();
    }
    String selected =
        configurations.get(0).collection() + "?labelSelector=collection%3D" + namespace.name();
    assertThat(api.get(selected).accepted().at("/items").size()).isEqualTo(configurations.size());
    api.delete(selected).accepted();
    assertThat(api.get(selected).accepted().at("/items").size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"validating", "mutating"})
  void matchConditionsAreTakenOnCreateAndUpdate(String phase) {
    WebhookConfiguration configuration =
        configuration(phase)
            .webhook(
                "stage-1.e2e.usher.io",
                "CREATE /v1/configmaps",
                matchCondition("not-system", "!('system:nodes' in request.userInfo.groups)"));
    String path = configuration.collection() + "/" + configuration.name();
    Answer created = api.create(configuration.collection(), configuration.document()).accepted();
    try {
      assertThat(created.at("/webhooks/0/matchConditions/0/name").asText()).isEqualTo("not-system");
      ObjectNode updated = created.body();
      matchCondition("only-maps", "request.kind.kind == 'ConfigMap'")
          .accept((ObjectNode) updated.at("/webhooks/0"));

      Answer again = api.update(path, updated).accepted();

      assertThat(again.at("/webhooks/0/matchConditions").findValuesAsText("name"))
          .containsExactly("not-system", "only-maps");
    } finally {
      api.delete(path).accepted();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"validating", "mutating"})
  void invalidMatchConditionIsRefused(String phase) {
    WebhookConfiguration configuration =
        configuration(phase)
            .webhook(
                "stage-1.e2e.usher.io",
                "CREATE /v1/configmaps",
                matchCondition("broken", "... [] not CEL"));

    assertThat(api.create(configuration.collection(), configuration.document()).refused(422))
        .contains("matchConditions[0].expression", "compilation failed");
  }

  @Test
  void everythingIsMutatedButSkipMe() {
    namespace.register(
        namespace
            .mutating()
            .webhook(
                "stage-1.e2e.usher.io",
                "CREATE /v1/configmaps",
                matchCondition("no-skip-me", "object.metadata.name != 'skip-me'")));

    Answer skipped =
        api.create(configMaps, configMap("skip-me", "mutation-start", "done")).accepted();
    Answer mutated =
        api.create(configMaps, configMap("other", "mutation-start", "done")).accepted();

    assertThat(skipped.at("/data")).isEqualTo(yaml("{mutation-start: done}"));
    assertThat(mutated.at("/data"))
        .isEqualTo(yaml("{mutation-start: done, mutation-stage-1: done}"));
  }

  private WebhookConfiguration configuration(String phase) {
    return phase.equals("mutating") ? namespace.mutating() : namespace.validating();
  }

  private static ObjectNode labelled(ObjectNode object) {
    object.withObject("/metadata/labels").put("e2e.usher.io/unwanted", "true");
    return object;
  }

  private static Consumer<ObjectNode> timeoutSeconds(int seconds) {
    return webhook -> webhook.put("timeoutSeconds", seconds);
  }

  private static Consumer<ObjectNode> matchCondition(String name, String expression) {
    return webhook ->
        webhook
            .withArray("/matchConditions")
            .addObject()
            .put("name", name)
            .put("expression", expression);
  }

  /** Nobody listens on port 1. */
  private static void unreachable(ObjectNode webhook) {
    webhook.withObject("/clientConfig/service").put("port", 1);
  }
}
