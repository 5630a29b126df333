package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static io.usher.e2e.Documents.pod;
import static io.usher.e2e.Documents.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.e2e.AuditLog.Call;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rules edit, as the API server stores it. */
@ExtendWith(ClusterExtension.class)
final class PatchIT {

  private static final String EDITS = "edits.e2e.usher.io";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final AuditLog audit;
  private final String pods;
  private final String configMaps;
  private final String widgets;

  PatchIT(TestNamespace namespace, KubernetesApi api, AuditLog audit) {
    this.namespace = namespace;
    this.api = api;
    this.audit = audit;
    this.pods = namespace.path("v1", "pods");
    this.configMaps = namespace.path("v1", "configmaps");
    this.widgets = namespace.path("e2e.usher.io/v1", "widgets");
  }

  /** The same webhook twice: its second call must change nothing. */
  @BeforeEach
  void registerEdits() {
    CustomResources.install(api, CustomResources.WIDGETS);
    namespace.register(
        namespace
            .mutating()
            .webhook(
                EDITS, "CREATE,UPDATE */*/pods,configmaps,secrets,widgets", PatchIT::failClosed)
            .webhook(
                EDITS,
                "CREATE,UPDATE */*/pods,configmaps,secrets,widgets",
                webhook -> {
                  failClosed(webhook);
                  webhook.put("name", "again." + EDITS);
                }));
  }

  private Answer create(String collection, ObjectNode object) {
    Answer answer = api.create(collection, object).accepted();
    assertThat(audit.calls(answer))
        .extracting(Call::webhook, Call::mutated)
        .containsExactly(tuple(EDITS, true), tuple("again." + EDITS, false));
    return answer;
  }

  /** The operations of the first call's patch, as text. */
  private List<String> patch(Answer answer) {
    return audit.calls(answer).get(0).patch().stream().map(JsonNode::toString).toList();
  }

  @Test
  void firstLabelIsAdded() {
    Answer created = create(pods, pod("first-label"));

    assertThat(created.at("/metadata/labels")).isEqualTo(yaml("{team: shop}"));
    assertThat(patch(created))
        .containsExactly(
            "{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"team\":\"shop\"}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hostile-keys-tree", "hostile-keys-typed"})
  void hostileKeysAreAddedReplacedAndRemoved(String name) {
    List<String> keys =
        List.of("a/b", "a~b", "~1", "~0", "say \"hi\"", "ключ", "🎟", "0", "-", " ", "a.b");
    ObjectNode widget = CustomResources.object("Widget", "v1", name, "{spec: {settings: {}}}");
    ObjectNode expected = yaml("{}");
    for (String key : keys) {
      widget
          .withObject("/spec/settings")
          .put("remove " + key, "old")
          .put("replace " + key, "old")
          .put("keep " + key, "old");
      expected.put("replace " + key, "new").put("keep " + key, "old").put(key, "added");
    }

    assertThat(create(widgets, widget).at("/spec/settings")).isEqualTo(expected);
  }

  @Test
  void containerIsInserted() {
    Answer created = create(pods, podOf("insert-container", "web", "log"));
    JsonNode containers = created.at("/spec/containers");

    assertThat(containers.findValuesAsText("name")).containsExactly("sidecar", "web", "log");
    assertThat(containers.findValuesAsText("image"))
        .containsExactly(
            "registry.example.com/sidecar:1",
            "registry.example.com/web:1",
            "registry.example.com/log:1");
    assertThat(patch(created))
        .containsExactly(
            "{\"op\":\"add\",\"path\":\"/spec/containers/0\",\"value\":"
                + "{\"image\":\"registry.example.com/sidecar:1\",\"name\":\"sidecar\"}}");
  }

  @Test
  void containerIsRemoved() {
    JsonNode containers =
        create(pods, podOf("remove-container", "web", "old", "log")).at("/spec/containers");

    assertThat(containers.findValuesAsText("image"))
        .containsExactly("registry.example.com/web:1", "registry.example.com/log:1");
  }

  @Test
  void containersAreReordered() {
    JsonNode containers =
        create(pods, podOf("reorder-containers", "web", "log", "cache")).at("/spec/containers");

    assertThat(containers.findValuesAsText("image"))
        .containsExactly(
            "registry.example.com/cache:1",
            "registry.example.com/log:1",
            "registry.example.com/web:1");
  }

  @Test
  void environmentIsEditedRemovedAndReordered() {
    ObjectNode edited = pod("edit-env");
    ((ObjectNode) edited.at("/spec/containers/0"))
        .set(
            "env",
            yaml("""
                    list:
                    - {name: ZONE, value: EAST}
                    - {name: REMOVED, value: X}
                    - {name: AREA, value: NORTH}
                    """)
                .path("list"));

    assertThat(create(pods, edited).at("/spec/containers/0/env"))
        .isEqualTo(
            yaml("list: [{name: AREA, value: north}, {name: ZONE, value: east}]").path("list"));
  }

  @Test
  void portsOfEqualNumberAndOtherProtocolAreKept() {
    ObjectNode edited = pod("edit-ports");
    ((ObjectNode) edited.at("/spec/containers/0"))
        .set(
            "ports",
            yaml("""
                    list:
                    - {name: dns-tcp, containerPort: 53, protocol: TCP}
                    - {name: web, containerPort: 80, protocol: TCP}
                    """)
                .path("list"));

    assertThat(create(pods, edited).at("/spec/containers/0/ports"))
        .isEqualTo(
            yaml("""
                    list:
                    - {containerPort: 53, protocol: UDP}
                    - {name: dns-tcp, containerPort: 53, protocol: TCP}
                    - {name: web, containerPort: 80, protocol: TCP}
                    """)
                .path("list"));
  }

  @Test
  void integerBeyondTwoToThe53Survives() {
    Answer created =
        create(
            widgets,
            CustomResources.object(
                "Widget",
                "v1",
                "large-integer",
                "{spec: {size: 9007199254740993, other: 9223372036854775807}}"));

    assertThat(created.at("/spec"))
        .isEqualTo(
            yaml(
                "{size: 9007199254740993, other: 9223372036854775807, "
                    + "settings: {seen: \"9007199254740993\"}}"));
  }

  @Test
  void fieldsThatTheModelDoesNotKnowStayWithTheirContainer() {
    String fields =
        """
        spec:
          novel: {list: [], none: null, map: {}}
          template:
            spec:
              containers:
              - {name: web, image: "registry.example.com/web:1", novelPolicy: Always}
              - {name: log, image: "registry.example.com/log:1", novelPolicy: Never}
        """;

    Answer created =
        create(widgets, CustomResources.object("Widget", "v1", "unknown-field", fields));

    assertThat(created.at("/spec"))
        .isEqualTo(
            yaml(
                """
                novel: {list: [], none: null, map: {}}
                template:
                  spec:
                    containers:
                    - {name: sidecar, image: "registry.example.com/sidecar:1"}
                    - {name: web, image: "registry.example.com/web:1", novelPolicy: Always}
                    - {name: log, image: "registry.example.com/log:1", novelPolicy: Never}
                """));
  }

  @Test
  void preservedUnknownFieldsSurviveGenericEdit() {
    String fields = "{spec: {empty: {}, list: [], number: 1.5, text: \"1\", deep: {a: [{b: 1}]}}}";

    Answer created =
        create(widgets, CustomResources.object("Widget", "v1", "unknown-field-generic", fields));

    assertThat(created.at("/spec"))
        .isEqualTo(yaml("{empty: {}, list: [], number: 1.5, text: \"1\", deep: {a: [{b: 1}]}}"));
    assertThat(created.at("/metadata/labels")).isEqualTo(yaml("{team: shop}"));
  }

  @Test
  void configMapOfAMillionBytesIsLabelled() {
    String data = randomText(1_000_000);

    Answer created = create(configMaps, configMap("large", "data", data));

    assertThat(created.at("/metadata/labels")).isEqualTo(yaml("{team: shop}"));
    assertThat(created.at("/data/data").asText()).isEqualTo(data);
  }

  @Test
  void customResourceOf1363148BytesIsLabelled() {
    // 1.3 MiB: etcd takes 1.5 MiB
    String data = randomText(1_363_148);
    ObjectNode widget = CustomResources.object("Widget", "v1", "large", "{spec: {}}");
    widget.withObject("/spec").put("data", data);

    Answer created = create(widgets, widget);

    assertThat(created.at("/metadata/labels")).isEqualTo(yaml("{team: shop}"));
    assertThat(created.at("/spec/data").asText()).isEqualTo(data);
  }

  @Test
  void secretKeepsItsBinaryData() {
    var bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    ObjectNode secret = yaml("{apiVersion: v1, kind: Secret, metadata: {name: binary}, data: {}}");
    secret.withObject("/data").put("all", bytes);

    Answer created = create(namespace.path("v1", "secrets"), secret);

    var decoder = Base64.getDecoder();
    assertThat(decoder.decode(created.at("/data/all").asText())).isEqualTo(bytes);
    assertThat(decoder.decode(created.at("/data/added").asText()))
        .isEqualTo(new byte[] {0, -1, 127, -128});
  }

  @Test
  void serverSideApplyOwnsWhatItAppliedAlone() {
    ObjectNode map = configMap("applied", "key", "value");
    String path = configMaps + "/applied?fieldManager=e2e-manager";

    api.patch(path, KubernetesApi.APPLY, map).accepted();
    Answer again = api.patch(path, KubernetesApi.APPLY, map).accepted();

    assertThat(again.at("/metadata/labels")).isEqualTo(yaml("{team: shop}"));
    JsonNode managed = again.at("/metadata/managedFields");
    assertThat(managed.findValuesAsText("manager")).containsExactly("e2e-manager");
    assertThat(managed.at("/0/operation").asText()).isEqualTo("Apply");
    assertThat(managed.at("/0/fieldsV1")).isEqualTo(yaml("{f:data: {f:key: {}}}"));
  }

  @Test
  void creatorOwnsWhatItSentAlone() {
    JsonNode managed =
        create(configMaps + "?fieldManager=e2e-manager", configMap("applied", "key", "value"))
            .at("/metadata/managedFields");

    assertThat(managed.findValuesAsText("manager")).containsExactly("e2e-manager");
    assertThat(managed.at("/0/fieldsV1")).isEqualTo(yaml("{f:data: {.: {}, f:key: {}}}"));
  }

  @Test
  void replacementObjectIsStored() {
    assertThat(create(configMaps, configMap("replaced", "key", "value")).at("/data"))
        .isEqualTo(yaml("{replaced: done}"));
  }

  @Test
  void mergePatchOfARuleIsApplied() {
    assertThat(
            create(configMaps, configMap("merge-patched", "removed", "1", "kept", "2")).at("/data"))
        .isEqualTo(yaml("{added: done, kept: \"2\"}"));
  }

  @Test
  void strategicMergePatchOfARuleIsApplied() {
    JsonNode containers =
        create(pods, podOf("strategic-patched", "log", "web")).at("/spec/containers");

    assertThat(containers.findValuesAsText("name")).containsExactly("log", "web");
    assertThat(containers.findValuesAsText("imagePullPolicy"))
        .containsExactly("IfNotPresent", "Never");
  }

  private static void failClosed(ObjectNode webhook) {
    webhook.put("failurePolicy", "Fail");
  }

  private static ObjectNode podOf(String name, String... containers) {
    ObjectNode pod = pod(name);
    var list = pod.withArray("/spec/containers").removeAll();
    for (String container : containers) {
      list.addObject()
          .put("name", container)
          .put("image", "registry.example.com/" + container + ":1");
    }
    return pod;
  }

  // letters alone: what JSON escapes would outgrow etcd's limit
  private static String randomText(int length) {
    return new Random(1)
        .ints(length, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
