package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written into the status of the policies of {@code policies/types.yaml} is the same in
 * {@code usher apiserver} as by kube-controller-manager beside kube-apiserver, for each word.
 */
class PolicyTypesIT {

  private static final String POLICIES =
      "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  @TempDir private static Path work;
  private static List<ObjectNode> rows;
  private static TwoServers servers;

  /** What the servers said to the policy of each row. */
  private static final Map<String, List<Answer>> created = new HashMap<>();

  @BeforeAll
  static void start() throws IOException {
    try (var table = PolicyTypesIT.class.getResourceAsStream("policies/types.yaml")) {
      rows =
          Documents.yamls(
              new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8));
    }
    ObjectNode definition = rows.remove(0);
    servers = new TwoServers(work);
    for (KubernetesApi api : servers.apis()) {
      api.create(DEFINITIONS, definition).accepted();
      Eventually.eventually(() -> api.get("/openapi/v3/apis/example.com/v1").accepted());
    }
    servers.runController(work, "validatingadmissionpolicy-status-controller");
    for (KubernetesApi api : servers.apis()) {
      for (ObjectNode row : rows) {
        created
            .computeIfAbsent(row.path("name").asText(), absent -> new ArrayList<>())
            .add(api.create(POLICIES, policy(row)));
      }
    }
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  private static ObjectNode policy(ObjectNode row) {
    ObjectNode policy =
        Documents.yaml(
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy}");
    policy.putObject("metadata").put("name", row.path("name").asText());
    ObjectNode spec = row.deepCopy();
    spec.remove("name");
    if (!spec.has("matchConstraints")) {
      spec.set(
          "matchConstraints",
          Documents.yaml(
              "{resourceRules: [{operations: ['*'], apiGroups: [apps], apiVersions: [v1],"
                  + " resources: [deployments]}]}"));
    }
    policy.set("spec", spec);
    return policy;
  }

  @TestFactory
  Stream<DynamicTest> statusIsTheSame() {
    assertThat(rows).hasSizeGreaterThanOrEqualTo(40);
    return rows.stream()
        .map(row -> row.path("name").asText())
        .map(name -> DynamicTest.dynamicTest(name, () -> compare(name)));
  }

  private static void compare(String name) {
    Objects.requireNonNull(created.get(name)).forEach(Answer::accepted);
    var statuses = new ArrayList<String>();
    for (KubernetesApi api : servers.apis()) {
      statuses.add(status(api, name, 1));
    }
    assertThat(statuses.get(1)).isEqualTo(statuses.get(0));
  }

  /** Without the numbers that make names of types unique. */
  private static String status(KubernetesApi api, String name, int generation) {
    Eventually.eventually(
        () ->
            assertThat(read(api, name).at("/status/observedGeneration").asInt())
                .isEqualTo(generation));
    return Documents.sorted(read(api, name).path("status"))
        .toString()
        .replaceAll("\\b([A-Z][A-Za-z]*)\\d+", "$1");
  }

  private static JsonNode read(KubernetesApi api, String name) {
    return api.get(POLICIES + '/' + name).accepted().body();
  }

  @Test
  void changedPolicyIsCheckedAgain() {
    var statuses = new ArrayList<String>();
    for (KubernetesApi api : servers.apis()) {
      ObjectNode policy =
          policy(
              Documents.yaml(
                  "{name: changed, validations: [{expression: 'object.spec.replicas == 1'}]}"));
      api.create(POLICIES, policy).accepted();
      status(api, "changed", 1);
      Eventually.eventually(() -> change(api, "changed"));
      statuses.add(status(api, "changed", 2));
    }
    assertThat(statuses.get(1)).isEqualTo(statuses.get(0)).contains("undefined field 'changed'");
  }

  private static void change(KubernetesApi api, String name) {
    ObjectNode policy = (ObjectNode) read(api, name);
    ((ObjectNode) policy.at("/spec/validations/0")).put("expression", "object.changed == 1");
    assertThat(api.update(POLICIES + '/' + name, policy).status()).isEqualTo(200);
  }
}
