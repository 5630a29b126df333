package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who sees a Pod after whom. A mutating policy labels it with what it sees, a mutating webhook with
 * its call; a validating policy denies those named no-policy, a validating webhook whatever a test
 * says.
 */
class AdmissionOrderTest {

  private static final String PODS = "/api/v1/namespaces/team/pods";
  private static final String QUOTAS = "/api/v1/namespaces/team/resourcequotas";
  private static final String RULES =
      "[{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]";
  private static final String MUTATOR = "mutate.example.com";
  private static final String VALIDATOR = "validate.example.com";
  private static final String FIRST = "{\"app\":\"web\",\"trace\":\"first-100m\"}";
  private static final String AGAIN =
      "{\"app\":\"web\",\"trace\":\"first-100m.again\",\"hook\":\"yes\"}";

  private PolicyServer server;

  private static String webhooks(String kind, String name) {
    return "{kind: "
        + kind
        + ", metadata: {name: hook}, webhooks: [{name: "
        + name
        + ", failurePolicy: Fail, sideEffects: None, admissionReviewVersions: [v1], rules: "
        + RULES
        + ", clientConfig: {url: 'https://hook'}}]}";
  }

  private static String labelling(String value) {
    String patch = "[{\"op\": \"add\", \"path\": \"/metadata/labels/hook\", \"value\": \"%s\"}]";
    return "{patchType: JSONPatch, patch: "
        + Base64.getEncoder()
            .encodeToString(patch.formatted(value).getBytes(StandardCharsets.UTF_8))
        + "}";
  }

  private static String pod(String name) {
    return "{metadata: {name: "
        + name
        + ", labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}";
  }

  @BeforeEach
  void start() {
    server =
        new PolicyServer(
            "{kind: LimitRange, apiVersion: v1, metadata: {name: limits, namespace: team}, spec:"
                + " {limits: [{type: Container, default: {cpu: 100m}}]}}",
            "{kind: MutatingAdmissionPolicy, metadata: {name: trace}, spec: {reinvocationPolicy:"
                + " IfNeeded, matchConstraints: {resourceRules: "
                + RULES
                + "}, mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression:"
                + " 'Object{metadata: Object.metadata{labels: {\"trace\": \"hook\" in"
                + " object.metadata.labels ? object.metadata.labels.trace + \".again\" : \"first-\""
                + " + object.spec.containers[0].resources.limits.cpu}}}'}}]}}",
            "{kind: MutatingAdmissionPolicyBinding, metadata: {name: trace}, spec: {policyName:"
                + " trace}}",
            webhooks("MutatingWebhookConfiguration", MUTATOR),
            "{kind: ValidatingAdmissionPolicy, metadata: {name: named}, spec: {matchConstraints:"
                + " {resourceRules: "
                + RULES
                + "}, validations: [{expression: 'object.metadata.name != \"no-policy\"',"
                + " messageExpression: '\"it is \" + object.metadata.labels.trace'}]}}",
            "{kind: ValidatingAdmissionPolicyBinding, metadata: {name: named}, spec: {policyName:"
                + " named, validationActions: [Deny]}}",
            webhooks("ValidatingWebhookConfiguration", VALIDATOR));
    server.answering(MUTATOR, labelling("yes"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void defaultsThenPoliciesThenWebhooksThenPoliciesAgain() {
    assertThat(server.message(PODS, pod("web"))).isEmpty();

    assertThat(server.calls()).containsExactly(MUTATOR + ' ' + FIRST, VALIDATOR + ' ' + AGAIN);
  }

  @Test
  void validatingPoliciesDecideBeforeValidatingWebhooks() {
    assertThat(server.message(PODS, pod("no-policy")))
        .endsWith("with binding 'named' denied request: it is first-100m.again");

    assertThat(server.calls()).containsExactly(MUTATOR + ' ' + FIRST);
  }

  @Test
  void objectIsValidatedBetweenMutatingWebhooksAndValidatingPolicies() {
    server.answering(MUTATOR, labelling("not this"));

    assertThat(server.message(PODS, pod("no-policy")))
        .startsWith("Pod \"no-policy\" is invalid: metadata.labels: Invalid value: \"not this\"");
  }

  @Test
  void quotasAreLast() {
    server.post(QUOTAS, "{metadata: {name: none}, spec: {hard: {pods: '0'}}}");
    assertThat(server.message(PODS, pod("no-policy"))).contains("'named' denied request");

    server.answering(VALIDATOR, "{allowed: false, status: {message: not this one}}");
    assertThat(server.message(PODS, pod("web")))
        .isEqualTo("admission webhook \"" + VALIDATOR + "\" denied the request: not this one");

    server.answering(VALIDATOR, "{}");
    assertThat(server.message(PODS, pod("web"))).contains("exceeded quota: none");
  }

  @Test
  void deniedWriteIsNotCharged() {
    server.post(QUOTAS, "{metadata: {name: some}, spec: {hard: {pods: '5'}}}");
    server.answering(VALIDATOR, "{allowed: false}");
    server.post(PODS, pod("no-policy"));
    server.post(PODS, pod("web"));
    assertThat(used()).isEqualTo("0");

    server.answering(VALIDATOR, "{}");
    server.post(PODS, pod("web"));
    assertThat(used()).isEqualTo("1");
  }

  private String used() {
    return server.send("GET", QUOTAS + "/some", "").at("/status/used/pods").asText();
  }
}
