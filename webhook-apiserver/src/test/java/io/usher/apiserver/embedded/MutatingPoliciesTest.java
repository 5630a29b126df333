package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** The messages are kube-apiserver 1.36.3's. */
class MutatingPoliciesTest {

  private static final String CONFIG_MAPS = "/api/v1/namespaces/team/configmaps?dryRun=All";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/team/deployments?dryRun=All";
  private static final String DEPLOYMENT =
      "{metadata: {name: web, labels: {app: web}}, spec: {selector: {matchLabels: {app: web}},"
          + " template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image:"
          + " i}]}}}}";
  private static final String CONFIG_MAP = "{metadata: {name: made}, data: {text: a}}";

  private static String policy(String name, String resource, String group, String spec) {
    return "{kind: MutatingAdmissionPolicy, metadata: {name: "
        + name
        + "}, spec: {reinvocationPolicy: Never, matchConstraints: {resourceRules: [{operations:"
        + " [CREATE], apiGroups: ['"
        + group
        + "'], apiVersions: [v1], resources: ["
        + resource
        + "]}]}, "
        + spec
        + "}}";
  }

  private static String binding(String policy) {
    return "{kind: MutatingAdmissionPolicyBinding, metadata: {name: "
        + policy
        + "-bound}, spec: {policyName: "
        + policy
        + "}}";
  }

  private static String patch(String expression) {
    return "{patchType: JSONPatch, jsonPatch: {expression: '" + expression + "'}}";
  }

  private static String apply(String expression) {
    return "{patchType: ApplyConfiguration, applyConfiguration: {expression: '"
        + expression
        + "'}}";
  }

  @Test
  void jsonPatchChangesTheObject() {
    String add =
        patch(
            "[JSONPatch{op: \"add\", path: \"/data/more\", value: object.data.text + \"!\"},"
                + " JSONPatch{op: \"add\", path: \"/metadata/labels\", value: {\"a\": \"b\"}},"
                + " JSONPatch{op: \"add\", path: \"/metadata/labels/\" +"
                + " jsonpatch.escapeKey(\"example.com/by\"), value: \"policy\"}]");
    try (var server =
        new PolicyServer(
            policy("labels", "configmaps", "", "mutations: [" + add + "]"), binding("labels"))) {
      JsonNode made = server.post(CONFIG_MAPS, CONFIG_MAP);
      assertThat(made.at("/data/more").asText()).as(made.toString()).isEqualTo("a!");
      assertThat(made.at("/metadata/labels").toString())
          .isEqualTo("{\"a\":\"b\",\"example.com/by\":\"policy\"}");
    }
  }

  @Test
  void testThatFailsLeavesTheObject() {
    String never =
        patch(
            "[JSONPatch{op: \"test\", path: \"/data/text\", value: \"b\"}, JSONPatch{op: \"remove\","
                + " path: \"/data/text\"}]");
    try (var server =
        new PolicyServer(
            policy("tested", "configmaps", "", "mutations: [" + never + "]"), binding("tested"))) {
      assertThat(server.post(CONFIG_MAPS, CONFIG_MAP).at("/data/text").asText()).isEqualTo("a");
    }
  }

  @Test
  void configurationIsMerged() {
    String sidecar =
        apply(
            "Object{spec: Object.spec{replicas: 3, template: Object.spec.template{spec:"
                + " Object.spec.template.spec{containers: [Object.spec.template.spec.containers{"
                + "name: \"side\", image: \"proxy:1\"}]}}}}");
    try (var server =
        new PolicyServer(
            policy("sidecar", "deployments", "apps", "mutations: [" + sidecar + "]"),
            binding("sidecar"))) {
      JsonNode made = server.post(DEPLOYMENTS, DEPLOYMENT);
      assertThat(made.at("/spec/replicas").asInt()).as(made.toString()).isEqualTo(3);
      assertThat(made.at("/spec/template/spec/containers").findValuesAsText("name"))
          .containsExactlyInAnyOrder("c", "side");
      // What the configuration leaves out has its default.
      assertThat(made.at("/spec/template/spec/containers").findValuesAsText("imagePullPolicy"))
          .hasSize(2);
    }
  }

  @Test
  void configurationThatDoesNotFitIsRefused() {
    String atomic =
        apply("Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {}}}}");
    try (var server =
        new PolicyServer(
            policy("atomic", "deployments", "apps", "mutations: [" + atomic + "]"),
            binding("atomic"))) {
      JsonNode status = server.post(DEPLOYMENTS, DEPLOYMENT);
      String message =
          "policy 'atomic' with binding 'atomic-bound' denied request: error applying patch:"
              + " invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs:"
              + " .spec.selector";
      assertThat(status)
          .isEqualTo(
              PolicyServer.node(
                  """
                  {kind: Status, apiVersion: v1, metadata: {}, status: Failure,
                   message: "%1$s", reason: Invalid, details: {name: web, group: apps,
                   kind: deployments, causes: [{message: "%1$s"}]}, code: 403}
                  """
                      .formatted(message)));
    }
  }

  @Test
  void atomicListOfAnElementIsRefused() {
    String arguments =
        apply(
            "Object{spec: Object.spec{template: Object.spec.template{spec:"
                + " Object.spec.template.spec{containers: [Object.spec.template.spec.containers{"
                + "name: \"c\", args: [\"a\"]}]}}}}");
    try (var server =
        new PolicyServer(
            policy("args", "deployments", "apps", "mutations: [" + arguments + "]"),
            binding("args"))) {
      assertThat(server.message(DEPLOYMENTS, DEPLOYMENT))
          .endsWith("atomic arrays, maps or structs: .spec.template.spec.containers[0].args");
    }
  }

  @Test
  void replacedMemberNeedNotBeThereButARemovedOneMust() {
    String change = patch("[JSONPatch{op: \"%s\", path: \"/data/more\", value: \"b\"}]");
    try (var server =
        new PolicyServer(
            policy("change", "configmaps", "", "mutations: [" + change.formatted("replace") + "]"),
            binding("change"))) {
      assertThat(server.post(CONFIG_MAPS, CONFIG_MAP).at("/data/more").asText()).isEqualTo("b");
      assertThat(server.message(CONFIG_MAPS, "{metadata: {name: made}}"))
          .endsWith(
              "replace operation does not apply: doc is missing path: \"/data/more\": missing value");
    }
    try (var server =
        new PolicyServer(
            policy("change", "configmaps", "", "mutations: [" + change.formatted("remove") + "]"),
            binding("change"))) {
      assertThat(server.message(CONFIG_MAPS, CONFIG_MAP))
          .endsWith("Unable to remove nonexistent key: more: missing value");
    }
  }

  @Test
  void configurationOfAnUnknownFieldIsRefused() {
    String unknown = apply("Object{spec: Object.spec{unknown: 1}}");
    try (var server =
        new PolicyServer(
            policy("unknown", "deployments", "apps", "mutations: [" + unknown + "]"),
            binding("unknown"))) {
      assertThat(server.message(DEPLOYMENTS, DEPLOYMENT))
          .isEqualTo(
              "policy 'unknown' with binding 'unknown-bound' denied request: error applying patch:"
                  + " failed to convert patch object to typed object: .spec.unknown: field not"
                  + " declared in schema");
    }
  }

  @Test
  void webhooksSeeWhatPoliciesMadeAndAreCalledAgainWhereTheyAsk() {
    String label =
        patch("[JSONPatch{op: \"add\", path: \"/metadata/labels\", value: {\"by\": \"policy\"}}]");
    try (var server =
        new PolicyServer(
            policy("labels", "configmaps", "", "mutations: [" + label + "]"),
            binding("labels"),
            "{kind: MutatingWebhookConfiguration, metadata: {name: hook}, webhooks: [{name:"
                + " hook.example.com, sideEffects: None, admissionReviewVersions: [v1], rules:"
                + " [{operations: ['*'], apiGroups: [''], apiVersions: ['*'], resources:"
                + " [configmaps]}], clientConfig: {url: 'https://hook'}}]}",
            "{kind: ValidatingAdmissionPolicy, metadata: {name: after}, spec: {matchConstraints:"
                + " {resourceRules: [{operations: ['*'], apiGroups: [''], apiVersions: [v1],"
                + " resources: [configmaps]}]}, validations: [{expression:"
                + " '!(\"labels\" in object.metadata)', message: labelled}]}}",
            "{kind: ValidatingAdmissionPolicyBinding, metadata: {name: after}, spec: {policyName:"
                + " after, validationActions: [Warn]}}")) {
      assertThat(server.message(CONFIG_MAPS, CONFIG_MAP)).isEmpty();
      assertThat(server.calls()).containsExactly("hook.example.com {\"by\":\"policy\"}");
      assertThat(server.warnings()).singleElement().asString().endsWith("'after': labelled\"");
    }
  }

  @Test
  void policyRunsAgainWhereAnotherChangedTheObjectAfterIt() {
    String count =
        patch(
            "[JSONPatch{op: \"replace\", path: \"/data/text\", value: object.data.text + \"%s\"}]");
    for (String[] each : new String[][] {{"Never", "ab"}, {"IfNeeded", "aba"}}) {
      try (var server =
          new PolicyServer(
              policy("one", "configmaps", "", "mutations: [" + count.formatted("a") + "]")
                  .replace("Never", each[0]),
              binding("one"),
              policy("two", "configmaps", "", "mutations: [" + count.formatted("b") + "]"),
              binding("two"))) {
        String text =
            server
                .post(CONFIG_MAPS, "{metadata: {name: made}, data: {text: ''}}")
                .at("/data/text")
                .asText();
        assertThat(text).as(each[0]).isEqualTo(each[1]);
      }
    }
  }

  @Test
  void failureIsIgnoredWhereThePolicySaysSo() {
    String broken =
        "mutations: [" + patch("[JSONPatch{op: \"remove\", path: object.data.no}]") + "]";
    try (var server =
        new PolicyServer(policy("broken", "configmaps", "", broken), binding("broken"))) {
      assertThat(server.message(CONFIG_MAPS, CONFIG_MAP))
          .isEqualTo(
              "policy 'broken' with binding 'broken-bound' denied request: expression"
                  + " '[JSONPatch{op: \"remove\", path: object.data.no}]' resulted in error: no such"
                  + " key: no");
    }
    try (var server =
        new PolicyServer(
            policy("broken", "configmaps", "", "failurePolicy: Ignore, " + broken),
            binding("broken"))) {
      assertThat(server.message(CONFIG_MAPS, CONFIG_MAP)).isEmpty();
    }
  }
}
