package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can't be written; the messages are kube-apiserver 1.36.3's. */
class PolicyChecksTest {

  private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
  private static final String CONSTRAINTS =
      "matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions:"
          + " [v1], resources: [pods]}]}";

  private static PolicyServer server;

  @BeforeAll
  static void start() {
    server = new PolicyServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<String> problems(String plural, String spec) {
    JsonNode status =
        server.post(GROUP + plural + "?dryRun=All", "{metadata: {name: x}, spec: {" + spec + "}}");
    var problems = new ArrayList<String>();
    status
        .at("/details/causes")
        .forEach(
            each ->
                problems.add(each.path("field").asText() + ": " + each.path("message").asText()));
    return problems;
  }

  @Test
  void emptyPolicyNamesAllThatIsMissing() {
    assertThat(problems("validatingadmissionpolicies", ""))
        .containsExactly(
            "spec.matchConstraints: Required value",
            "spec.validations: Required value: validations or auditAnnotations must contain at"
                + " least one item",
            "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at"
                + " least one item");
    assertThat(problems("mutatingadmissionpolicies", ""))
        .containsExactly(
            "spec.matchConstraints: Required value",
            "spec.mutations: Required value: mutations must contain at least one item",
            "spec.reinvocationPolicy: Required value");
    assertThat(problems("validatingadmissionpolicybindings", ""))
        .containsExactly(
            "spec.policyName: Required value",
            "spec.validationActions: Required value: at least one validation action is required");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "validations: [{expression: 'object.x'}], failurePolicy: Maybe"
            + " | spec.failurePolicy: Unsupported value: \"Maybe\": supported values: \"Fail\","
            + " \"Ignore\"",
        "validations: [{expression: ' '}]"
            + " | spec.validations[0].expression: Required value: expression is not specified",
        "validations: [{expression: '1'}]"
            + " | spec.validations[0].expression: Invalid value: \"1\": must evaluate to bool but"
            + " got int",
        "validations: [{expression: 'true', reason: Odd}]"
            + " | spec.validations[0].reason: Unsupported value: \"Odd\": supported values:"
            + " \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\"",
        "validations: [{expression: 'true', messageExpression: '1'}]"
            + " | spec.validations[0].messageExpression: Invalid value: \"1\": must evaluate to"
            + " string but got int",
        "validations: [{expression: 'true', message: \"a\\nb\"}]"
            + " | spec.validations[0].message: Invalid value: \"a\\nb\": must not contain line"
            + " breaks",
        "validations: [{expression: 'true'}], variables: [{name: in, expression: '1'}]"
            + " | spec.variables[0].name: Invalid value: \"in\": must be a valid CEL identifier",
        "validations: [{expression: 'true'}], matchConditions: [{name: a, expression: '2'}]"
            + " | spec.matchConditions[0].expression: Invalid value: \"2\": must evaluate to bool"
            + " but got int",
        "validations: [{expression: 'true'}], paramKind: {apiVersion: a/b/c, kind: X}"
            + " | spec.paramKind.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion"
            + " string: a/b/c",
        "auditAnnotations: [{key: a, valueExpression: '1'}]"
            + " | spec.auditAnnotations[0].valueExpression: Invalid value: \"1\": must evaluate to"
            + " one of [string null_type] but got int",
      })
  void fieldThatIsWrong(String spec, String problem) {
    assertThat(problems("validatingadmissionpolicies", CONSTRAINTS + ", " + spec))
        .first()
        .isEqualTo(problem);
  }

  @Test
  void bindingThatIsWrong() {
    assertThat(
            problems(
                "validatingadmissionpolicybindings",
                "policyName: x, validationActions: [Deny, Warn, Deny, Odd], paramRef: {name: a,"
                    + " selector: {}}"))
        .containsExactly(
            "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
            "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
            "spec.paramRef.parameterNotFoundAction: Required value",
            "spec.validationActions[2]: Duplicate value: \"Deny\"",
            "spec.validationActions[3]: Unsupported value: \"Odd\": supported values: \"Audit\","
                + " \"Deny\", \"Warn\"",
            "spec.validationActions: Invalid value: [\"Deny\",\"Warn\",\"Deny\",\"Odd\"]: must not"
                + " contain both Deny and Warn (repeating the same validation failure information in"
                + " the API response and headers serves no purpose)");
  }

  @Test
  void mutationThatIsWrong() {
    String delete = CONSTRAINTS.replace("CREATE", "DELETE");
    assertThat(
            problems(
                "mutatingadmissionpolicies",
                delete
                    + ", reinvocationPolicy: Often, mutations: [{patchType: JSONPatch,"
                    + " applyConfiguration: {expression: 'Object{}'}}, {patchType: Odd}]"))
        .containsExactly(
            "spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\":"
                + " supported values: \"*\", \"CONNECT\", \"CREATE\", \"UPDATE\"",
            "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is"
                + " JSONPatch",
            "spec.mutations[0].applyConfiguration: Invalid value: \"{applyConfiguration}\": must not"
                + " be specified when patchType is JSONPatch",
            "spec.mutations[1].patchType: Unsupported value: \"Odd\": supported values:"
                + " \"ApplyConfiguration\", \"JSONPatch\"",
            "spec.reinvocationPolicy: Unsupported value: \"Often\": supported values: \"IfNeeded\","
                + " \"Never\"");
  }

  @Test
  void nobodyReadsByAPolicyWhatHeMayNotRead() {
    try (var other = new PolicyServer()) {
      other.post(
          "/apis/rbac.authorization.k8s.io/v1/clusterroles",
          "{metadata: {name: author}, rules: [{apiGroups: [admissionregistration.k8s.io], resources:"
              + " ['*'], verbs: [create]}]}");
      other.post(
          "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
          "{metadata: {name: author}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind:"
              + " ClusterRole, name: author}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind:"
              + " Group, name: devs}]}");
      String policy =
          "{metadata: {name: x}, spec: {"
              + CONSTRAINTS
              + ", paramKind: {apiVersion: v1, kind: Secret}, validations: [{expression: 'true'}]}}";
      String uri = GROUP + "validatingadmissionpolicies?dryRun=All";
      other.as("alice");
      // Roles are known a moment after they are stored.
      Awaitility.await()
          .until(() -> !other.message(uri, policy).contains("cannot create resource"));
      assertThat(other.message(uri, policy))
          .isEqualTo(
              "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"x\" is invalid:"
                  + " spec.paramKind: Forbidden: user &{alice  [devs system:authenticated] map[]} must have \"get\""
                  + " permission on all objects of the referenced paramKind (kind=Secret,"
                  + " apiVersion=v1)");
      assertThat(
              other.message(
                  GROUP + "validatingadmissionpolicybindings?dryRun=All",
                  "{metadata: {name: x}, spec: {policyName: none, validationActions: [Deny],"
                      + " paramRef: {name: a, namespace: kube-system, parameterNotFoundAction:"
                      + " Deny}}}"))
          .endsWith(
              "spec.paramRef: Forbidden: unable to get policy none to determine minimum required"
                  + " permissions and user &{alice  [devs system:authenticated] map[]} does not have \"get\" permission for"
                  + " all groups, versions and resources");
      assertThat(other.as("admin").message(uri, policy)).isEmpty();
    }
  }
}
