package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no policy sees, though its rules name all: policies and bindings, and reviews. */
class UnseenKindsTest {

  private static final String ALL =
      "{kind: %1$sAdmissionPolicy, metadata: {name: all}, spec: {matchConstraints: {resourceRules:"
          + " [{operations: ['*'], apiGroups: ['admissionregistration.k8s.io',"
          + " 'authentication.k8s.io', 'authorization.k8s.io'], apiVersions: ['*'], resources:"
          + " ['*']}]}, %2$s}}";
  private static final String BINDING =
      "{kind: %sAdmissionPolicyBinding, metadata: {name: all}, spec: {policyName: all,"
          + " validationActions: [Deny]}}";

  private static PolicyServer validating;
  private static PolicyServer mutating;

  @BeforeAll
  static void start() {
    validating =
        new PolicyServer(
            ALL.formatted("Validating", "validations: [{expression: 'false'}]"),
            BINDING.formatted("Validating"));
    mutating =
        new PolicyServer(
            ALL.formatted(
                "Mutating",
                "reinvocationPolicy: Never, mutations: [{patchType: JSONPatch, jsonPatch:"
                    + " {expression: '[JSONPatch{op: \"remove\", path: \"/none\"}]'}}]"),
            BINDING.formatted("Mutating"));
  }

  @AfterAll
  static void stop() {
    validating.close();
    mutating.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          admissionregistration.k8s.io/v1/validatingadmissionpolicies                | {metadata: {name: a}, spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}, validations: [{expression: 'true'}]}}
          admissionregistration.k8s.io/v1/validatingadmissionpolicybindings          | {metadata: {name: a}, spec: {policyName: a, validationActions: [Deny]}}
          admissionregistration.k8s.io/v1/mutatingadmissionpolicies                  | {metadata: {name: a}, spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]}, reinvocationPolicy: Never, mutations: [{patchType: JSONPatch, jsonPatch: {expression: "[JSONPatch{op: 'remove', path: '/none'}]"}}]}}
          admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings            | {metadata: {name: a}, spec: {policyName: a}}
          authentication.k8s.io/v1/selfsubjectreviews                                | {}
          authentication.k8s.io/v1/tokenreviews                                      | {spec: {token: a}}
          authorization.k8s.io/v1/namespaces/team/localsubjectaccessreviews          | {metadata: {namespace: team}, spec: {user: a, resourceAttributes: {namespace: team, verb: get, resource: pods}}}
          authorization.k8s.io/v1/selfsubjectaccessreviews                           | {spec: {resourceAttributes: {verb: get, resource: pods}}}
          authorization.k8s.io/v1/selfsubjectrulesreviews                            | {spec: {namespace: team}}
          authorization.k8s.io/v1/subjectaccessreviews                               | {spec: {user: a, resourceAttributes: {verb: get, resource: pods}}}
          """,
      quoteCharacter = '"')
  void noPolicySeesIt(String collection, String object) {
    assertThat(validating.message("/apis/" + collection, object)).isEmpty();
    assertThat(mutating.message("/apis/" + collection, object)).isEmpty();
  }

  @Test
  void othersOfTheSameGroupsAreSeen() {
    String configurations = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    assertThat(validating.message(configurations, "{metadata: {name: a}}"))
        .contains("ValidatingAdmissionPolicy 'all' with binding 'all' denied request");
    assertThat(mutating.message(configurations, "{metadata: {name: a}}"))
        .contains("policy 'all' with binding 'all' denied request");
  }
}
