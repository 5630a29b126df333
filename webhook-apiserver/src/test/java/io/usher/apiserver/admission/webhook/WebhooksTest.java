package io.usher.apiserver.admission.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.admission.AdmissionChain;
import io.usher.apiserver.admission.Write;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.Conversion;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages are kube-apiserver 1.36.3's. */
class WebhooksTest {

  private static final String POD =
      "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: team, labels: {app: web}}, spec: {}}";
  private static final String ALL_RULES =
      "rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]";

  private final MapObjectStore store = new MapObjectStore();
  private final List<String> called = Collections.synchronizedList(new ArrayList<>());
  private final List<JsonNode> reviews = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Function<JsonNode, String>> answers = new ConcurrentHashMap<>();
  private final WebhookCaller caller =
      (webhook, review) -> {
        called.add(webhook.name());
        reviews.add(review.deepCopy());
        String answer =
            answers
                .getOrDefault(webhook.name(), request -> "allowed: true")
                .apply(review.path("request"));
        if (answer.startsWith("!")) {
          throw new WebhookCallException(answer.substring(1));
        }
        return Write.node(
            "{apiVersion: admission.k8s.io/v1, kind: AdmissionReview, response: {uid: '"
                + review.at("/request/uid").asText()
                + "', "
                + answer
                + "}}");
      };
  private final MutatingWebhooks mutating = new MutatingWebhooks(store, caller);
  private final ValidatingWebhooks validating =
      new ValidatingWebhooks(store, caller, Runnable::run);

  WebhooksTest() {
    store.create(
        new GroupResource("", "namespaces"),
        Write.node("{metadata: {name: team, labels: {env: test}}}"));
  }

  /** Registers a configuration of one entry for each of some texts. */
  private void register(String kind, String name, String... entries) {
    var text = new StringBuilder("{metadata: {name: " + name + "}, webhooks: [");
    for (String entry : entries) {
      text.append("{sideEffects: None, admissionReviewVersions: [v1], ")
          .append(entry)
          .append("}, ");
    }
    store.create(
        new GroupResource(
            "admissionregistration.k8s.io",
            kind.toLowerCase(Locale.ROOT) + "webhookconfigurations"),
        Write.node(text.append("]}").toString()));
  }

  private static String entry(String name, String... more) {
    return "name: "
        + name
        + ", "
        + ALL_RULES
        + (more.length == 0 ? "" : ", " + String.join(", ", more));
  }

  private static String patch(String operations) {
    return "allowed: true, patchType: JSONPatch, patch: "
        + Base64.getEncoder().encodeToString(operations.getBytes(StandardCharsets.UTF_8));
  }

  private static String addLabel(String name) {
    return patch("[{\"op\":\"add\",\"path\":\"/metadata/labels/" + name + "\",\"value\":\"x\"}]");
  }

  private static List<String> labels(AdmissionAttributes attributes) {
    var names = new ArrayList<String>();
    attributes.object().at("/metadata/labels").fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void reviewIsKubernetes() {
    register("Mutating", "c", entry("a"));
    mutating.admit(Write.create(POD));
    var request = (ObjectNode) reviews.get(0).path("request");
    assertThat(request.remove("uid").asText()).hasSize(36);
    assertThat(reviews.get(0))
        .hasToString(
            "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{"
                + "\"kind\":{\"group\":\"\",\"version\":\"v1\",\"kind\":\"Pod\"},"
                + "\"resource\":{\"group\":\"\",\"version\":\"v1\",\"resource\":\"pods\"},"
                + "\"requestKind\":{\"group\":\"\",\"version\":\"v1\",\"kind\":\"Pod\"},"
                + "\"requestResource\":{\"group\":\"\",\"version\":\"v1\",\"resource\":\"pods\"},"
                + "\"name\":\"web\",\"namespace\":\"team\",\"operation\":\"CREATE\","
                + "\"userInfo\":{\"username\":\"alice\",\"groups\":[\"system:authenticated\"]},"
                + "\"object\":{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":"
                + "\"web\",\"namespace\":\"team\",\"labels\":{\"app\":\"web\"}},\"spec\":{}},"
                + "\"oldObject\":null,\"dryRun\":false,\"options\":null}}");
  }

  @Test
  void webhooksRunInTheOrderOfConfigurationsAndSeeEarlierPatches() {
    register("Mutating", "b", entry("three"));
    register("Mutating", "a", entry("one"), entry("two"));
    answers.put("one", request -> addLabel("one"));
    answers.put(
        "two",
        request ->
            request.at("/object/metadata/labels").has("one") ? addLabel("two") : "allowed: false");
    var write = Write.create(POD);
    mutating.admit(write);
    assertThat(called).containsExactly("one", "two", "three");
    assertThat(labels(write)).containsExactly("app", "one", "two");
    assertThat(write.auditAnnotations())
        .containsOnly(
            Map.entry(
                "mutation.webhook.admission.k8s.io/round_0_index_0",
                "{\"configuration\":\"a\",\"webhook\":\"one\",\"mutated\":true}"),
            Map.entry(
                "mutation.webhook.admission.k8s.io/round_0_index_1",
                "{\"configuration\":\"a\",\"webhook\":\"two\",\"mutated\":true}"),
            Map.entry(
                "mutation.webhook.admission.k8s.io/round_0_index_2",
                "{\"configuration\":\"b\",\"webhook\":\"three\",\"mutated\":false}"));
  }

  @Test
  void webhookThatAsksIsCalledAgainAfterALaterChange() {
    register(
        "Mutating",
        "c",
        entry("first", "reinvocationPolicy: IfNeeded"),
        entry("never"),
        entry("changes"),
        entry("last", "reinvocationPolicy: IfNeeded"));
    answers.put("changes", request -> addLabel("x"));
    mutating.admit(Write.create(POD));
    assertThat(called).containsExactly("first", "never", "changes", "last", "first");
  }

  @Test
  void changeOfAnotherPluginInTheSecondRoundCallsAllThatAskAgain() {
    register("Mutating", "c", entry("changes"), entry("last", "reinvocationPolicy: IfNeeded"));
    answers.put("changes", request -> addLabel("x"));
    var plugin =
        new AdmissionPlugin() {
          private int round;

          @Override
          public String name() {
            return "Counts";
          }

          @Override
          public void admit(AdmissionAttributes attributes) {
            attributes.object().withObject("/spec").put("round", round++);
          }
        };
    var chain = new AdmissionChain(List.of(plugin, mutating, validating));
    var write = Write.create(POD);
    chain.admit(write);
    chain.validate(write);
    assertThat(called).containsExactly("changes", "last", "last");
    assertThat(write.object().at("/spec/round").asInt()).isEqualTo(1);
  }

  @Test
  void refusalHasTheWebhooksStatus() {
    register("Validating", "c", entry("ok.example.com"), entry("no.example.com"));
    answers.put(
        "ok.example.com", request -> "allowed: true, warnings: [mind], auditAnnotations: {k: v}");
    answers.put(
        "no.example.com",
        request ->
            "allowed: false, status: {message: not here, code: 418, reason: Teapot, details: {causes: [{field: spec.x,"
                + " message: m}]}}, warnings: [too]");
    var write = Write.create(POD);
    assertThatThrownBy(() -> validating.validate(write))
        .isInstanceOf(ApiException.class)
        .extracting(e -> ((ApiException) e).status().toJson())
        .hasToString(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                + "\"message\":\"admission webhook \\\"no.example.com\\\" denied the request: not"
                + " here\",\"reason\":\"Teapot\",\"details\":{\"causes\":[{\"message\":\"m\","
                + "\"field\":\"spec.x\"}]},\"code\":418}");
    assertThat(write.warnings()).containsExactly("mind", "too");
    assertThat(write.auditAnnotations()).containsOnly(Map.entry("ok.example.com/k", "v"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          allowed: false                                        | denied the request without explanation | 400
          allowed: false, status: {reason: Forbidden, code: 403} | denied the request: Forbidden         | 403
          allowed: false, status: {message: never, code: 200}      | denied the request: never | 400
          """)
  void refusalIsNeverASuccess(String answer, String message, int code) {
    register("Mutating", "c", entry("w"));
    answers.put("w", request -> answer);
    assertThatThrownBy(() -> mutating.admit(Write.create(POD)))
        .hasMessage("admission webhook \"w\" " + message)
        .extracting(e -> ((ApiException) e).status().code())
        .isEqualTo(code);
  }

  @Test
  void failurePolicyDecidesOfAFailedCall() {
    register("Mutating", "c", entry("open", "failurePolicy: Ignore"), entry("closed"));
    register("Validating", "c", entry("open", "failurePolicy: Ignore"), entry("closed"));
    answers.put("open", request -> "!failed to call webhook: x");
    var write = Write.create(POD);
    mutating.admit(write);
    validating.validate(write);
    assertThat(write.auditAnnotations())
        .containsEntry("failed-open.mutation.webhook.admission.k8s.io/round_0_index_0", "open")
        .containsEntry("failed-open.validating.webhook.admission.k8s.io/round_0_index_0", "open");
    answers.put("closed", request -> "!failed to call webhook: y");
    for (Runnable run :
        List.<Runnable>of(
            () -> mutating.admit(Write.create(POD)),
            () -> validating.validate(Write.create(POD)))) {
      assertThatThrownBy(run::run)
          .hasMessage(
              "Internal error occurred: failed calling webhook \"closed\": failed to call webhook:"
                  + " y")
          .extracting(e -> ((ApiException) e).status().code())
          .isEqualTo(500);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          allowed: true, patch: W10=                       | webhook returned response.patch but not response.patchType
          allowed: true, patchType: JSONPatch              | webhook returned response.patchType but not response.patch
          allowed: true, uid: other                        | expected response.uid=
          """)
  void invalidAnswerIsAFailedCall(String answer, String message) {
    register("Mutating", "c", entry("w"));
    answers.put("w", request -> answer);
    assertThatThrownBy(() -> mutating.admit(Write.create(POD)))
        .hasMessageContaining(
            "failed calling webhook \"w\": received invalid webhook response: " + message);
  }

  @Test
  void validatingWebhookMayNotPatch() {
    register("Validating", "c", entry("w"));
    answers.put("w", request -> addLabel("x"));
    assertThatThrownBy(() -> validating.validate(Write.create(POD)))
        .hasMessage(
            "Internal error occurred: failed calling webhook \"w\": received invalid webhook"
                + " response: validating webhook may not return response.patch");
  }

  @Test
  void patchWhoseCopiesWouldFillTheMemoryFailsTheRequest() {
    register("Mutating", "c", entry("w"));
    String copies =
        IntStream.range(0, 40)
            .mapToObj(
                i -> "{\"op\":\"copy\",\"from\":\"/metadata\",\"path\":\"/metadata/x" + i + "\"}")
            .collect(Collectors.joining(","));
    answers.put("w", request -> patch("[" + copies + "]"));
    assertThatThrownBy(() -> mutating.admit(Write.create(POD)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("(copy): all copies would add")
        .extracting(thrown -> ((ApiException) thrown).status().code())
        .isEqualTo(500);
  }

  @Test
  void badPatchIsAnInternalErrorWhateverThePolicyIs() {
    register("Mutating", "c", entry("w", "failurePolicy: Ignore"));
    answers.put("w", request -> patch("[{\"op\":\"remove\",\"path\":\"/none\"}]"));
    assertThatThrownBy(() -> mutating.admit(Write.create(POD)))
        .isInstanceOf(ApiException.class)
        .extracting(e -> ((ApiException) e).status().code())
        .isEqualTo(500);
    answers.put("w", request -> addLabel("x"));
    assertThatThrownBy(() -> mutating.admit(Write.delete(POD)))
        .hasMessage(
            "Internal error occurred: admission webhook \"w\" attempted to modify the object,"
                + " which is not supported for this operation");
    answers.put("w", request -> patch("{"));
    mutating.admit(Write.create(POD));
  }

  @Test
  void dryRunCallsOnlyWebhooksWithoutSideEffects() {
    register("Mutating", "a", entry("none"), entry("quiet", "sideEffects: NoneOnDryRun"));
    mutating.admit(Write.dryCreate(POD));
    assertThat(reviews)
        .allSatisfy(each -> assertThat(each.at("/request/dryRun").asBoolean()).isTrue());
    register("Mutating", "b", "name: some, sideEffects: Some, failurePolicy: Ignore, " + ALL_RULES);
    assertThatThrownBy(() -> mutating.admit(Write.dryCreate(POD)))
        .hasMessage("admission webhook \"some\" does not support dry run")
        .extracting(e -> ((ApiException) e).status().code())
        .isEqualTo(400);
    mutating.admit(Write.create(POD));
    assertThat(called).containsExactly("none", "quiet", "none", "quiet", "none", "quiet", "some");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]                   | true
          operations: [UPDATE, DELETE], apiGroups: [''], apiVersions: [v1], resources: [pods]           | false
          operations: ['*'], apiGroups: [apps], apiVersions: [v1], resources: [pods]                    | false
          operations: ['*'], apiGroups: [''], apiVersions: [v2], resources: [pods]                      | false
          operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: ['*/*']                     | true
          operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: ['pods/*']                  | true
          operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: [pods/status]               | false
          operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: [services]                  | false
          operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: ['*'], scope: Namespaced    | true
          operations: ['*'], apiGroups: [''], apiVersions: [v1], resources: ['*'], scope: Cluster       | false
          """)
  void ruleMatches(String rule, boolean matches) {
    register("Validating", "c", "name: w, rules: [{" + rule + "}]");
    validating.validate(Write.create(POD));
    assertThat(called).hasSize(matches ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          namespaceSelector: {matchLabels: {env: test}}                                               | true
          namespaceSelector: {matchLabels: {env: prod}}                                               | false
          namespaceSelector: {matchExpressions: [{key: env, operator: NotIn, values: [test]}]}        | false
          namespaceSelector: {matchExpressions: [{key: none, operator: DoesNotExist}]}                | true
          objectSelector: {matchLabels: {app: web}}                                                   | true
          objectSelector: {matchLabels: {app: db}}                                                    | false
          matchConditions: [{name: a, expression: 'object.metadata.name == ''web'''}]                 | true
          matchConditions: [{name: a, expression: 'request.operation == ''DELETE'''}]                 | false
          matchConditions: [{name: a, expression: 'object.x == 1'}, {name: b, expression: 'false'}]   | false
          """)
  void selectorsAndConditionsMatch(String selectors, boolean matches) {
    register("Validating", "c", entry("w", selectors));
    validating.validate(Write.create(POD));
    assertThat(called).hasSize(matches ? 1 : 0);
  }

  @Test
  void oldObjectsLabelsAreEnough() {
    register("Validating", "c", entry("w", "objectSelector: {matchLabels: {app: web}}"));
    validating.validate(Write.update(POD.replace("{app: web}", "{}"), POD));
    validating.validate(Write.delete(POD));
    assertThat(called).hasSize(2);
  }

  @Test
  void namespaceIsMatchedByItsOwnLabelsAndClusterObjectsAlways() {
    register("Validating", "c", entry("w", "namespaceSelector: {matchLabels: {env: test}}"));
    validating.validate(
        Write.create("{kind: Namespace, metadata: {name: new, labels: {env: test}}}"));
    validating.validate(Write.create("{kind: Namespace, metadata: {name: other}}"));
    validating.validate(Write.delete("{kind: Namespace, metadata: {name: team}}"));
    validating.validate(Write.create("{kind: Node, metadata: {name: n}}"));
    assertThat(called).hasSize(3);
    assertThatThrownBy(() -> validating.validate(Write.create(POD.replace("team", "nowhere"))))
        .hasMessage("namespaces \"nowhere\" not found");
  }

  @Test
  void conditionThatCannotBeEvaluatedFollowsTheFailurePolicy() {
    String condition = "matchConditions: [{name: a, expression: 'object.none == 1'}]";
    register("Validating", "a", entry("open", "failurePolicy: Ignore", condition));
    validating.validate(Write.create(POD));
    assertThat(called).isEmpty();
    register("Validating", "b", entry("closed", condition));
    assertThatThrownBy(() -> validating.validate(Write.create(POD)))
        .hasMessage(
            "pods \"web\" is forbidden: expression 'object.none == 1' resulted in error: no such"
                + " key: none")
        .extracting(e -> ((ApiException) e).status().code())
        .isEqualTo(403);
  }

  /** A newer server may have taken it. */
  @Test
  void conditionThatCannotBeCompiledFollowsTheFailurePolicy() {
    String condition = "matchConditions: [{name: a, expression: 'unheardOf(object)'}]";
    register("Validating", "a", entry("open", "failurePolicy: Ignore", condition));
    validating.validate(Write.create(POD));
    assertThat(called).isEmpty();
    register("Validating", "b", entry("closed", condition));
    assertThatThrownBy(() -> validating.validate(Write.create(POD)))
        .hasMessageStartingWith("pods \"web\" is forbidden: compilation error: ")
        .hasMessageContaining("undeclared reference to 'unheardOf'");
  }

  @Test
  void conditionsAskTheAuthorizer() {
    validating.join(
        (user, request) ->
            user.username().equals("alice") && request.resource().equals("pods")
                ? Decision.allow("")
                : Decision.noOpinion(""),
        new ResourceRegistry());
    String condition = "matchConditions: [{name: a, expression: '%s'}]";
    register(
        "Validating",
        "c",
        entry("he", condition.formatted("authorizer.requestResource.check(\"create\").allowed()")),
        entry(
            "account",
            condition.formatted(
                "authorizer.serviceAccount(\"team\", \"a\").group(\"\").resource(\"pods\")"
                    + ".check(\"create\").allowed()")),
        entry(
            "other",
            condition.formatted(
                "authorizer.group(\"\").resource(\"nodes\").check(\"create\").allowed()")));
    validating.validate(Write.create(POD));
    assertThat(called).containsExactly("he");
    validating.validate(
        Write.create(
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration,"
                + " metadata: {name: c}, webhooks: [{name: w, matchConditions: [{name: a,"
                + " expression: 'authorizer.path(\"/x\").check(\"get\").allowed()'}]}]}"));
  }

  @Test
  void whoHasNoAuthorizerTakesNoConditionThatAsksIt() {
    ObjectNode configuration =
        Write.node(
            "{kind: MutatingWebhookConfiguration, metadata: {name: c}, webhooks: [{name: w,"
                + " matchConditions: [{name: may, expression:"
                + " 'authorizer.path(\"/x\").check(\"get\").allowed()'}]}]}");
    assertThatThrownBy(() -> new MutatingWebhooks(name -> null, caller, List.of(configuration)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("matchCondition may: ")
        .hasMessageContaining("undeclared reference to 'authorizer'");
  }

  @Test
  void conditionsShareABudgetAndTellAllThatFails() {
    String failing = "{name: %s, expression: 'object.%s == 1'}";
    register(
        "Validating",
        "a",
        entry(
            "w",
            "matchConditions: ["
                + String.join(
                    ", ",
                    failing.formatted("a", "none"),
                    failing.formatted("b", "no"),
                    failing.formatted("c", "none"))
                + "]"));
    assertThatThrownBy(() -> validating.validate(Write.create(POD)))
        .hasMessage(
            "pods \"web\" is forbidden: [expression 'object.none == 1' resulted in error: no such"
                + " key: none, expression 'object.no == 1' resulted in error: no such key: no]");
    String ten = "[0,1,2,3,4,5,6,7,8,9]";
    String costly =
        "{name: %s, expression: '%s.all(a, %2$s.all(b, %2$s.all(c, %2$s.all(d, %2$s.all(e, a + b + c"
            + " < 30)))))'}";
    register(
        "Validating",
        "0",
        entry(
            "w",
            "matchConditions: [{name: first, expression: 'false'}, "
                + costly.formatted("a", ten)
                + ", "
                + costly.formatted("b", ten)
                + ", "
                + costly.formatted("c", ten)
                + "]"));
    assertThatThrownBy(() -> validating.validate(Write.create(POD)))
        .hasMessage(
            "pods \"web\" is forbidden: validation failed due to running out of cost budget, no"
                + " further validation rules will be run");
    assertThat(called).isEmpty();
  }

  @Test
  void conditionThatDoesNotCompileIsRefusedAtRegistration() {
    var write =
        Write.create(
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration,"
                + " metadata: {name: c}, webhooks: [{name: w, matchConditions: [{name: a,"
                + " expression: 'true'}, {name: b, expression: 'frobnicate(\"1\").isInteger()'}]}]}");
    assertThatThrownBy(() -> validating.validate(write))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith(
            "ValidatingWebhookConfiguration.admissionregistration.k8s.io \"c\" is invalid:"
                + " webhooks[0].matchConditions[1].expression: Invalid value:")
        .hasMessageContaining(
            "compilation failed: ERROR: <input>:1:11: undeclared reference to 'frobnicate'")
        .extracting(e -> ((ApiException) e).status().code())
        .isEqualTo(422);
    mutating.validate(write);
  }

  @Test
  void configurationsThemselvesAreNeverReviewed() {
    register("Validating", "c", entry("w"));
    register("Mutating", "c", entry("w"));
    var write =
        Write.create(
            "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration,"
                + " metadata: {name: c}}");
    mutating.admit(write);
    validating.validate(write);
    assertThat(called).isEmpty();
  }

  @Test
  void configurationThatIsGoneCallsNothing() {
    register("Validating", "c", entry("w"));
    store.delete(
        new GroupResource("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
        "",
        "c");
    validating.validate(Write.create(POD));
    assertThat(called).isEmpty();
  }

  /** v2 has the name of a widget in {@code spec.title}, v1 in {@code spec.name}. */
  @Test
  void equivalentVersionIsConvertedThereAndBack() {
    var renames =
        new Conversion() {
          @Override
          public void toStored(ObjectNode object) {
            rename(object, "title", "name");
          }

          @Override
          public void fromStored(ObjectNode object) {
            rename(object, "name", "title");
          }

          private void rename(ObjectNode object, String from, String to) {
            var spec = (ObjectNode) object.path("spec");
            spec.set(to, spec.remove(from));
          }
        };
    var type =
        ResourceType.builder("example.com", "Widget")
            .version(ServedVersion.of("v1"))
            .version(ServedVersion.of("v2").withConversion(renames))
            .build();
    var write =
        new AdmissionAttributes(
            new ApiResource(type, type.version("v2")),
            new RequestInfo(
                true, "", "create", "example.com", "v2", "team", "widgets", "", "", List.of()),
            Write.USER,
            Operation.CREATE,
            "w",
            Write.node("{apiVersion: example.com/v2, kind: Widget, spec: {title: a}}"),
            null,
            Write.node("{}"),
            false);
    String rule =
        "rules: [{operations: ['*'], apiGroups: ['*'], apiVersions: [v1], resources: ['*']}]";
    register("Mutating", "c", "name: exact, matchPolicy: Exact, " + rule, "name: w, " + rule);
    answers.put(
        "w", request -> patch("[{\"op\":\"replace\",\"path\":\"/spec/name\",\"value\":\"b\"}]"));
    mutating.admit(write);
    assertThat(called).containsExactly("w");
    assertThat(reviews.get(0).at("/request/object"))
        .hasToString(
            "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"spec\":{\"name\":\"a\"}}");
    assertThat(reviews.get(0).at("/request/kind/version").asText()).isEqualTo("v1");
    assertThat(reviews.get(0).at("/request/requestKind/version").asText()).isEqualTo("v2");
    assertThat(write.object())
        .hasToString(
            "{\"apiVersion\":\"example.com/v2\",\"kind\":\"Widget\",\"spec\":{\"title\":\"b\"}}");
  }

  @Test
  void webhookOfOtherReviewVersionsCannotBeCalled() {
    register("Validating", "c", entry("w", "admissionReviewVersions: [v9]"));
    assertThatThrownBy(() -> validating.validate(Write.create(POD)))
        .hasMessage(
            "Internal error occurred: failed calling webhook \"w\": could not create admission"
                + " objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)");
  }
}
