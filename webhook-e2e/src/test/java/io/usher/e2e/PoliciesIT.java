package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the policies of {@code policies/table.yaml} make of requests is the same in {@code usher
 * apiserver} as in kube-apiserver: status, warnings and object, for each word.
 */
class PoliciesIT {

  private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String NAMESPACE = "/namespaces/" + TwoServers.NAMESPACE + '/';
  private static final String CONFIG_MAPS = "/api/v1" + NAMESPACE + "configmaps";
  private static final String DRY_RUN = "?dryRun=All";

  private static final String TEN = "[0,1,2,3,4,5,6,7,8,9]";

  /** Costs some 900,000: ten fit into what one binding may cost, two into its conditions. */
  private static final String COSTLY =
      "TEN.all(a, TEN.all(b, TEN.all(c, TEN.all(d, TEN.all(e, a + b + c < 30)))))"
          .replace("TEN", TEN);

  /** The rows that differ; docs/policies.md gives the reason. */
  private static final Set<String> DIFFERENCES =
      Set.of("scale-of-a-deployment", "scale-of-a-custom-resource");

  @TempDir private static Path work;
  private static List<ObjectNode> rows;
  private static TwoServers servers;

  /** What came of the policies and bindings of each row, first in the one server. */
  private static final Map<String, List<Answer>> made = new HashMap<>();

  @BeforeAll
  static void start() throws IOException {
    try (var table = PoliciesIT.class.getResourceAsStream("policies/table.yaml")) {
      rows =
          Documents.yamls(
              new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8)
                  .replace("COSTLY", COSTLY));
    }
    ObjectNode definition = rows.remove(0);
    servers = new TwoServers(work);
    for (KubernetesApi api : servers.apis()) {
      api.create(DEFINITIONS, definition).accepted();
      Eventually.eventually(() -> api.get("/openapi/v3/apis/example.com/v1").accepted());
      rows.stream().filter(row -> !row.has("refused")).forEach(row -> prepare(api, row));
    }
    // Servers learn of policies in the order in which they were written: the last one is enough.
    ObjectNode last =
        Documents.yaml(
            "{name: last, validating: {validations: [{expression: 'false', message: ready}]}}");
    for (KubernetesApi api : servers.apis()) {
      prepare(api, last);
      Eventually.eventually(() -> assertThat(send(api, last).refused(422)).contains("ready"));
    }
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private static void prepare(KubernetesApi api, ObjectNode row) {
    String name = row.path("name").asText();
    for (JsonNode data : row.path("params")) {
      int number = api.get(CONFIG_MAPS + "?labelSelector=param=" + name).at("/items").size();
      ObjectNode param = Documents.configMap(name + "-param" + (number == 0 ? "" : number));
      param.withObject("/metadata/labels").put("param", name);
      param.set("data", data);
      api.create(CONFIG_MAPS, param).accepted();
    }
    if (row.has("webhook")) {
      api.create(GROUP + "validatingwebhookconfigurations", webhook(row)).accepted();
    }
    if (row.has("old")) {
      ObjectNode old = named(row, "old");
      api.create(collection(old), old).accepted();
    }
    if (row.has("mutating")) {
      create(api, "mutating", mutating(row));
      createBindings(api, "mutating", "MutatingAdmissionPolicyBinding", row);
    }
    if (row.has("validating")) {
      create(api, "validating", policy(row, "validating"));
      createBindings(api, "validating", "ValidatingAdmissionPolicyBinding", row);
    }
  }

  private static void createBindings(KubernetesApi api, String phase, String kind, ObjectNode row) {
    List<JsonNode> specs = new ArrayList<>();
    row.path("bindings").forEach(specs::add);
    if (specs.isEmpty()) {
      specs.add(row.path("binding"));
    }
    for (int i = 0; i < specs.size(); i++) {
      create(api, phase, bindingOf(kind, row, i == 0 ? "" : "-" + i, specs.get(i)));
    }
  }

  private static void create(KubernetesApi api, String phase, ObjectNode object) {
    boolean binding = object.path("kind").asText().endsWith("Binding");
    String plural = phase + (binding ? "admissionpolicybindings" : "admissionpolicies");
    made.computeIfAbsent(object.at("/metadata/name").asText(), absent -> new ArrayList<>())
        .add(api.create(GROUP + plural, object));
  }

  /** A configuration of a webhook that is not there. */
  private static ObjectNode webhook(ObjectNode row) {
    ObjectNode configuration = object("ValidatingWebhookConfiguration", row);
    ObjectNode webhook =
        Documents.yaml(
            "{sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url:"
                + " 'https://127.0.0.1:1/'}, rules: [{operations: [CREATE], apiGroups: [''],"
                + " apiVersions: [v1], resources: [configmaps]}]}");
    String name = row.path("name").asText();
    webhook.put("name", name + ".example.com");
    webhook.withObject("/objectSelector/matchLabels").put("row", name);
    webhook.setAll((ObjectNode) row.path("webhook").deepCopy());
    configuration.putArray("webhooks").add(webhook);
    return configuration;
  }

  private static ObjectNode mutating(ObjectNode row) {
    ObjectNode policy = policy(row, "mutating");
    if (!policy.at("/spec").has("reinvocationPolicy")) {
      policy.withObject("/spec").put("reinvocationPolicy", "Never");
    }
    return policy;
  }

  /** The policy of a row, which is about objects with the row's label. */
  private static ObjectNode policy(ObjectNode row, String phase) {
    boolean mutates = phase.equals("mutating");
    ObjectNode policy =
        object(mutates ? "MutatingAdmissionPolicy" : "ValidatingAdmissionPolicy", row);
    ObjectNode spec = row.path(phase).deepCopy();
    policy.set("spec", spec);
    if (spec.has("validations")) {
      spec.set("validations", repeated(spec.path("validations")));
    }
    if (!spec.has("matchConstraints")) {
      spec.set(
          "matchConstraints",
          Documents.yaml(
              "{resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1],"
                  + " resources: [configmaps]}]}"));
    }
    if (!spec.path("matchConstraints").has("objectSelector")) {
      spec.withObject("/matchConstraints/objectSelector/matchLabels")
          .put("row", row.path("name").asText());
    }
    return policy;
  }

  /** Each entry as many times as it says. */
  private static ArrayNode repeated(JsonNode entries) {
    ArrayNode repeated = Documents.JSON.createArrayNode();
    for (JsonNode entry : entries) {
      ObjectNode single = entry.deepCopy();
      JsonNode times = single.remove("times");
      for (int i = 0; i < (times == null ? 1 : times.asInt()); i++) {
        repeated.add(single.deepCopy());
      }
    }
    return repeated;
  }

  private static ObjectNode bindingOf(
      String kind, ObjectNode row, String suffix, JsonNode statedSpec) {
    ObjectNode binding = object(kind, row);
    binding.withObject("/metadata").put("name", row.path("name").asText() + suffix);
    ObjectNode spec = binding.putObject("spec");
    if (kind.startsWith("Validating")) {
      spec.putArray("validationActions").add("Deny");
    }
    spec.put("policyName", row.path("name").asText());
    if (statedSpec instanceof ObjectNode stated) {
      spec.setAll(stated.deepCopy());
    }
    return binding;
  }

  private static ObjectNode object(String kind, ObjectNode row) {
    ObjectNode object = Documents.yaml("{apiVersion: admissionregistration.k8s.io/v1}");
    object.put("kind", kind).putObject("metadata").put("name", row.path("name").asText());
    return object;
  }

  private static Answer send(KubernetesApi api, ObjectNode row) {
    if (row.has("connect")) {
      return api.connect("/api/v1" + NAMESPACE + row.path("connect").asText());
    }
    ObjectNode sent = named(row, "send");
    if (!row.has("old")) {
      return api.create(collection(sent) + DRY_RUN, sent);
    }
    ObjectNode old = named(row, "old");
    String path = collection(old) + '/' + old.at("/metadata/name").asText();
    if (!row.has("send")) {
      return api.delete(path + DRY_RUN);
    }
    sent.withObject("/metadata")
        .set("resourceVersion", api.get(path).accepted().at("/metadata/resourceVersion"));
    String subresource = row.path("subresource").asText();
    return api.update(path + (subresource.isEmpty() ? "" : '/' + subresource) + DRY_RUN, sent);
  }

  /** A row's object, which has the row's label, and its name where it is there before. */
  private static ObjectNode named(ObjectNode row, String member) {
    String name = row.path("name").asText();
    ObjectNode object =
        row.path(member) instanceof ObjectNode stated
            ? stated.deepCopy()
            : Documents.configMap("made", "text", "a", "list", "a,b");
    ObjectNode metadata = object.withObject("/metadata");
    metadata.put("name", row.has("old") ? name : "made").put("namespace", TwoServers.NAMESPACE);
    metadata.withObject("/labels").put("row", name);
    return object;
  }

  private static String collection(ObjectNode object) {
    String version = object.path("apiVersion").asText();
    return (version.contains("/") ? "/apis/" : "/api/")
        + version
        + NAMESPACE
        + object.path("kind").asText().toLowerCase(Locale.ROOT)
        + 's';
  }

  @TestFactory
  Stream<DynamicTest> policyDoesTheSame() {
    assertThat(rows).hasSizeGreaterThan(150);
    assertThat(DIFFERENCES).hasSizeLessThanOrEqualTo(10);
    return rows.stream()
        .map(row -> DynamicTest.dynamicTest(row.path("name").asText(), () -> compare(row)));
  }

  private static void compare(ObjectNode row) {
    List<Answer> policies = made.getOrDefault(row.path("name").asText(), List.of());
    int half = policies.size() / 2;
    for (int i = 0; i < half; i++) {
      assertThat(policies.get(half + i).status()).isEqualTo(policies.get(i).accepted().status());
    }
    var answers = new ArrayList<String>();
    for (KubernetesApi api : servers.apis()) {
      answers.add(
          shown(
              row.has("refused")
                  ? api.create(
                      GROUP + "validatingadmissionpolicies" + DRY_RUN, policy(row, "refused"))
                  : send(api, row)));
    }
    if (DIFFERENCES.contains(row.path("name").asText())) {
      assertThat(answers.get(1)).isNotEqualTo(answers.get(0));
    } else {
      assertThat(answers.get(1)).isEqualTo(answers.get(0));
    }
  }

  /** Without what a server makes up. */
  private static String shown(Answer answer) {
    ObjectNode body = answer.body().deepCopy();
    if (body.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("uid", "creationTimestamp", "managedFields", "resourceVersion"));
    }
    if (body.path("details") instanceof ObjectNode details) {
      details.remove("uid");
    }
    JsonNode warnings = Documents.JSON.valueToTree(answer.warnings());
    return answer.status() + " " + warnings + "\n" + Documents.sorted(body);
  }
}
