package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** The messages are kube-apiserver 1.36.3's. */
class ValidatingPoliciesTest {

  private static final String CONFIG_MAPS = "/api/v1/namespaces/team/configmaps?dryRun=All";
  private static final String BINDING =
      "{kind: ValidatingAdmissionPolicyBinding, metadata: {name: bound}, spec: {policyName: %s,"
          + " validationActions: [%s]%s}}";

  /** Costs some 900,000: ten fit into what one binding may cost, two into its conditions. */
  private static final String COSTLY =
      "TEN.all(a, TEN.all(b, TEN.all(c, TEN.all(d, TEN.all(e, a + b + c < 30)))))"
          .replace("TEN", "[0,1,2,3,4,5,6,7,8,9]");

  private static final String SPENT =
      "validation failed due to running out of cost budget, no further validation rules will be run";

  /** A policy about ConfigMaps, with more in its spec. */
  private static String policy(String name, String spec) {
    return "{kind: ValidatingAdmissionPolicy, metadata: {name: "
        + name
        + "}, spec: {matchConstraints: {resourceRules: [{operations: ['*'], apiGroups: [''],"
        + " apiVersions: [v1], resources: [configmaps]}]}, "
        + spec
        + "}}";
  }

  private static String binding(String policy, String actions, String more) {
    return BINDING.formatted(policy, actions, more.isEmpty() ? "" : ", " + more);
  }

  private static String denied(String policy, String why) {
    return "configmaps \"made\" is forbidden: ValidatingAdmissionPolicy '"
        + policy
        + "' with binding 'bound' denied request: "
        + why;
  }

  private static String configMap(String data) {
    return "{metadata: {name: made, labels: {app: web}}, data: {" + data + "}}";
  }

  @Test
  void validationThatDoesNotHoldDenies() {
    try (var server =
        new PolicyServer(
            policy("short", "validations: [{expression: 'size(object.data.text) < 3'}]"),
            binding("short", "Deny", ""))) {
      JsonNode status = server.post(CONFIG_MAPS, configMap("text: long"));
      String message = denied("short", "failed expression: size(object.data.text) < 3");
      assertThat(status)
          .isEqualTo(
              PolicyServer.node(
                  """
                  {kind: Status, apiVersion: v1, metadata: {}, status: Failure,
                   message: "%1$s", reason: Invalid,
                   details: {name: made, kind: configmaps, causes: [{message: "%2$s"}]}, code: 422}
                  """
                      .formatted(
                          message.replace("\"", "\\\""),
                          message.substring(message.indexOf("Validating")))));
      assertThat(server.message(CONFIG_MAPS, configMap("text: ab"))).isEmpty();
    }
  }

  @Test
  void messageAndReasonAreThePolicys() {
    try (var server =
        new PolicyServer(
            policy(
                "told",
                "variables: [{name: text, expression: 'object.data.text'}], validations:"
                    + " [{expression: 'variables.text != \"a\"', message: ' plain ',"
                    + " reason: Forbidden}, {expression: 'variables.text != \"b\"', message: plain,"
                    + " messageExpression: '\"no \" + variables.text', reason:"
                    + " RequestEntityTooLarge}, {expression: 'variables.text != \"c\"', message:"
                    + " plain, messageExpression: 'object.data.other'}]"),
            binding("told", "Deny", ""))) {
      JsonNode status = server.post(CONFIG_MAPS, configMap("text: a"));
      assertThat(status.path("message").asText()).isEqualTo(denied("told", "plain"));
      assertThat(status.path("code").asInt()).isEqualTo(403);
      assertThat(status.path("reason").asText()).isEqualTo("Forbidden");
      status = server.post(CONFIG_MAPS, configMap("text: b"));
      assertThat(status.path("message").asText()).isEqualTo(denied("told", "no b"));
      assertThat(status.path("code").asInt()).isEqualTo(413);
      // An expression that fails leaves the word to the message.
      assertThat(server.message(CONFIG_MAPS, configMap("text: c")))
          .isEqualTo(denied("told", "plain"));
    }
  }

  @Test
  void expressionThatCantBeEvaluatedFailsAsThePolicySays() {
    String validations = "validations: [{expression: 'object.data.text == \"a\"'}]";
    String problem = "expression 'object.data.text == \"a\"' resulted in error: no such key: text";
    try (var server =
        new PolicyServer(policy("strict", validations), binding("strict", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap("other: a")))
          .isEqualTo(denied("strict", problem));
    }
    try (var server =
        new PolicyServer(
            policy("lax", "failurePolicy: Ignore, " + validations), binding("lax", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap("other: a"))).isEmpty();
      assertThat(server.message(CONFIG_MAPS, configMap("text: b"))).isNotEmpty();
    }
  }

  @Test
  void warnTellsTheClientAndAuditTheLog() {
    try (var server =
        new PolicyServer(
            policy(
                "soft",
                "validations: [{expression: 'false', message: never}], auditAnnotations: [{key:"
                    + " name, valueExpression: 'string(object.metadata.name)'}, {key: none,"
                    + " valueExpression: 'null'}]"),
            binding("soft", "Warn, Audit", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEmpty();
      assertThat(server.warnings())
          .containsExactly(
              "299 - \"Validation failed for ValidatingAdmissionPolicy 'soft' with binding 'bound':"
                  + " never\"");
      assertThat(server.auditAnnotation("validation.policy.admission.k8s.io/validation_failure"))
          .isEqualTo(
              "[{\"message\":\"never\",\"policy\":\"soft\",\"binding\":\"bound\","
                  + "\"expressionIndex\":0,\"validationActions\":[\"Warn\",\"Audit\"]}]");
      assertThat(server.auditAnnotation("soft/name")).isEqualTo("made");
      assertThat(server.auditAnnotation("soft/none")).isEmpty();
    }
  }

  @Test
  void conditionsSelectorsAndExclusionsKeepAPolicyFromAWrite() {
    String never = "validations: [{expression: 'false'}]";
    try (var server =
        new PolicyServer(
            policy(
                "chosen",
                "matchConditions: [{name: text, expression: '\"text\" in object.data'}], " + never),
            binding(
                "chosen",
                "Deny",
                "matchResources: {objectSelector: {matchLabels: {app: web}},"
                    + " namespaceSelector: {matchLabels: {env: test}}}"),
            "{kind: ValidatingAdmissionPolicy, metadata: {name: other}, spec: {matchConstraints:"
                + " {resourceRules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'],"
                + " resources: ['*']}], excludeResourceRules: [{operations: ['*'], apiGroups:"
                + " ['*'], apiVersions: ['*'], resources: ['*'], resourceNames: [made, team,"
                + " default]}]}, "
                + never
                + "}}",
            "{kind: ValidatingAdmissionPolicyBinding, metadata: {name: others}, spec: {policyName:"
                + " other, validationActions: [Deny]}}")) {
      assertThat(server.message(CONFIG_MAPS, configMap("text: a")))
          .isEqualTo(denied("chosen", "failed expression: false"));
      assertThat(server.message(CONFIG_MAPS, configMap("other: a"))).isEmpty();
      assertThat(server.message(CONFIG_MAPS, "{metadata: {name: made}, data: {text: a}}"))
          .isEmpty();
      assertThat(server.message(CONFIG_MAPS, "{metadata: {name: unlike}}"))
          .contains("ValidatingAdmissionPolicy 'other' with binding 'others' denied request");
      // No policy keeps another from being written, nor a question about rights from its answer.
      assertThat(
              server.message(
                  "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
                  "{metadata: {name: more}, spec: {policyName: x, validationActions: [Deny]}}"))
          .isEmpty();
      assertThat(
              server
                  .post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}")
                  .at("/status/userInfo/username")
                  .asText())
          .isEqualTo("admin");
    }
  }

  @Test
  void parametersAreFoundByNameAndBySelector() {
    String limited =
        "paramKind: {apiVersion: v1, kind: ConfigMap}, validations: [{expression:"
            + " 'size(object.data.text) <= int(params.data.most)', messageExpression: '\"more than"
            + " \" + params.data.most'}]";
    String params =
        "{kind: ConfigMap, apiVersion: v1, metadata: {name: %s, namespace: team, labels: {limit:"
            + " yes}}, data: {most: '%s'}}";
    for (String reference :
        new String[] {
          "{name: two, parameterNotFoundAction: Deny}",
          "{selector: {matchLabels: {limit: 'true'}}, parameterNotFoundAction: Deny}"
        }) {
      try (var server =
          new PolicyServer(
              policy("limited", limited),
              binding("limited", "Deny", "paramRef: " + reference),
              params.formatted("two", 2).replace("yes", "'true'"),
              params.formatted("nine", 9).replace("yes", "'true'"))) {
        assertThat(server.message(CONFIG_MAPS, configMap("text: abc")))
            .isEqualTo(denied("limited", "more than 2"));
        assertThat(server.message(CONFIG_MAPS, configMap("text: ab"))).isEmpty();
      }
    }
  }

  @Test
  void parametersThatAreNotThereCountAsTheBindingSays() {
    String wanting =
        "paramKind: {apiVersion: v1, kind: ConfigMap}, validations: [{expression: 'params =="
            + " null'}]";
    try (var server =
        new PolicyServer(
            policy("wanting", wanting),
            binding("wanting", "Deny", "paramRef: {name: no, parameterNotFoundAction: Deny}"))) {
      assertThat(server.message(CONFIG_MAPS, configMap("")))
          .isEqualTo(
              denied(
                  "wanting",
                  "failed to configure binding: no params found for policy binding with `Deny`"
                      + " parameterNotFoundAction"));
    }
    try (var server =
        new PolicyServer(
            policy(
                "wanting",
                "paramKind: {apiVersion: v1, kind: ConfigMap}, validations:"
                    + " [{expression: 'false'}]"),
            binding("wanting", "Deny", "paramRef: {name: no, parameterNotFoundAction: Allow}"))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEmpty();
    }
    try (var server =
        new PolicyServer(
            policy("unknown", wanting.replace("kind: ConfigMap", "kind: Nothing")),
            binding("unknown", "Deny", "paramRef: {name: no, parameterNotFoundAction: Deny}"))) {
      assertThat(server.message(CONFIG_MAPS, configMap("")))
          .isEqualTo(
              "configmaps \"made\" is forbidden: ValidatingAdmissionPolicy 'unknown' denied request:"
                  + " failed to configure policy: failed to find resource referenced by paramKind:"
                  + " '/v1, Kind=Nothing'");
    }
    // A binding without parameters evaluates with none.
    try (var server =
        new PolicyServer(policy("wanting", wanting), binding("wanting", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEmpty();
    }
  }

  @Test
  void expressionsSeeRequestNamespaceAndOldObject() {
    try (var server =
        new PolicyServer(
            policy(
                "seen",
                "validations: [{expression: 'request.operation != \"DELETE\" || (object == null &&"
                    + " oldObject.data.text != \"kept\")', message: kept}, {expression:"
                    + " 'namespaceObject.metadata.labels.env == \"test\" && request.userInfo.username"
                    + " == \"admin\" && request.resource.resource == \"configmaps\"', message:"
                    + " unseen}]"),
            binding("seen", "Deny", ""))) {
      String maps = "/api/v1/namespaces/team/configmaps";
      assertThat(server.message(maps, configMap("text: kept"))).isEmpty();
      assertThat(server.send("DELETE", maps + "/made", "").path("message").asText())
          .isEqualTo(denied("seen", "kept"));
    }
  }

  @Test
  void policyAboutTheCoreGroupSeesEventsOfTheOther() {
    String validations =
        "validations: [{expression: 'false', messageExpression: 'object.apiVersion + \" \" +"
            + " object.message + \" \" + request.requestKind.group'}]";
    String events = "/apis/events.k8s.io/v1/namespaces/team/events?dryRun=All";
    String event =
        "{metadata: {name: made}, eventTime: '2026-01-02T03:04:05.678901Z', action: Play, reason:"
            + " Played, type: Normal, reportingController: example.com/stage, reportingInstance:"
            + " stage-1, note: a note, regarding: {kind: ConfigMap, name: made, namespace: team}}";
    String policy = policy("core", validations).replace("configmaps", "events");
    try (var server = new PolicyServer(policy, binding("core", "Deny", ""))) {
      assertThat(server.message(events, event)).endsWith("request: v1 a note events.k8s.io");
    }
    String exact = policy.replace("{resourceRules", "{matchPolicy: Exact, resourceRules");
    try (var server = new PolicyServer(exact, binding("core", "Deny", ""))) {
      assertThat(server.message(events, event)).isEmpty();
    }
  }

  @Test
  void auditAnnotationMayNotAskTheAuthorizer() {
    String asking =
        "variables: [{name: may, expression:"
            + " 'authorizer.requestResource.check(\"create\").allowed()'}], validations:"
            + " [{expression: 'variables.may'}], auditAnnotations: [{key: may, valueExpression:"
            + " 'string(%s)'}]";
    String direct = "authorizer.requestResource.check(\"create\").allowed()";
    try (var server =
        new PolicyServer(
            policy("asking", asking.formatted(direct)), binding("asking", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap("")))
          .isEqualTo(
              denied(
                  "asking",
                  "expression 'string("
                      + direct
                      + ")' resulted in error: no such attribute(s): authorizer.requestResource"));
    }
    try (var server =
        new PolicyServer(
            policy("asking", "failurePolicy: Ignore, " + asking.formatted("variables.may")),
            binding("asking", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEmpty();
      assertThat(server.auditAnnotation("asking/may")).isEmpty();
    }
  }

  /** An entry with such an expression, so many times. */
  private static String costly(int times, String entry) {
    return String.join(", ", Collections.nCopies(times, entry.formatted(COSTLY)));
  }

  @Test
  void validationsThatCostTooMuchTogetherFailAsThePolicySays() {
    String twelve =
        "validations: [{expression: 'false'}, " + costly(12, "{expression: '%s'}") + "]";
    try (var server = new PolicyServer(policy("dear", twelve), binding("dear", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEqualTo(denied("dear", SPENT));
    }
    try (var server =
        new PolicyServer(
            policy("dear", "failurePolicy: Ignore, " + twelve), binding("dear", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEmpty();
    }
  }

  @Test
  void conditionsThatCostTooMuchTogetherFailThoughOneDoesNotHold() {
    String conditions =
        "validations: [{expression: 'false'}], matchConditions: [{name: a, expression:"
            + " 'false'}, "
            + costly(3, "{name: b, expression: '%s'}")
            + "]";
    try (var server = new PolicyServer(policy("dear", conditions), binding("dear", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEqualTo(denied("dear", SPENT));
    }
    try (var server =
        new PolicyServer(
            policy("dear", "failurePolicy: Ignore, " + conditions), binding("dear", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEmpty();
    }
  }

  @Test
  void messageThatSpendsTheRestDeniesThoughAllHold() {
    String ten =
        "validations: ["
            + costly(10, "{expression: '%s'}")
            + ", {expression: '%s', messageExpression: '"
            + COSTLY
            + " ? \"a\" : \"b\"'}]";
    try (var server =
        new PolicyServer(policy("dear", ten.formatted("true")), binding("dear", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap("")))
          .isEqualTo(denied("dear", "failed messageExpression: " + SPENT));
    }
    // What can't be told can't deny where failures are ignored.
    try (var server =
        new PolicyServer(
            policy("dear", "failurePolicy: Ignore, " + ten.formatted("false")),
            binding("dear", "Deny", ""))) {
      assertThat(server.message(CONFIG_MAPS, configMap(""))).isEmpty();
    }
  }
}
