package io.usher.cli.local;

import static io.usher.admission.Operation.CONNECT;
import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodExecOptions;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.admission.Operation;
import io.usher.admission.Status;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.ObjectStore;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.ConversionException;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.ReinvocationPolicy;
import io.usher.server.InProcessWebhooks;
import io.usher.webhook.ConversionTarget;
import io.usher.webhook.LiveReadTarget;
import io.usher.webhook.ReadTarget;
import io.usher.webhook.RuleTarget;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules built here, called by the embedded API server that manifests are sent to. */
class LocalApiServerTest {

  private static final String SPEC = "spec: {containers: [{name: web, image: web}]}";
  private static final String POD = pod("{name: web}");

  private final RuleRecorder recorder = new RuleRecorder();
  private final List<WebhookRegistration> webhooks = new ArrayList<>();

  @Test
  void laterWebhookSeesEarlierPatchAndValidatorsSeeAll() {
    serve(
        webhook("a.example.com")
            .editing("one", on(Pod.class, CREATE), (pod, c) -> label(pod, "one")));
    serve(
        webhook("b.example.com")
            .editing("two", on(Pod.class, CREATE).labels("one"), (pod, c) -> label(pod, "two"))
            .validating(
                "see",
                on(Pod.class, CREATE),
                (pod, context) -> {
                  context.warn("sees " + pod.getMetadata().getLabels().keySet());
                  context.audit("seen", "yes");
                  return Decision.allow();
                }));

    Admission admission = apply(POD).get(0);

    assertThat(admission.outcome()).isEqualTo(ReviewOutcome.PATCHED);
    assertThat(admission.object().at("/metadata/labels").toString())
        .isEqualTo("{\"one\":\"x\",\"two\":\"x\"}");
    assertThat(admission.warnings()).containsExactly("sees [one, two]");
    assertThat(admission.auditAnnotations()).isEqualTo(Map.of("b.example.com/seen", "yes"));
    assertThat(admission.notIdempotent()).isEmpty();
    assertThat(admission.calls())
        .extracting(call -> call.path() + (call.again() ? " again" : ""))
        .containsExactly(
            "/mutate/a.example.com",
            "/mutate/b.example.com",
            "/mutate/a.example.com again",
            "/mutate/b.example.com again",
            "/validate/b.example.com");
    assertThat(admission.calls().get(1).rules())
        .extracting(Admission.RuleRun::rule)
        .containsExactly("two");
  }

  @Test
  void webhookThatChangesItsOwnResultDoesNotPass() {
    serve(
        webhook("grow.example.com")
            .editing(
                "grow",
                on(ObjectNode.class, CREATE).resource("pods"),
                (pod, c) -> {
                  ObjectNode labels = pod.withObject("/metadata/labels");
                  labels.put("size", "1" + labels.path("size").asText());
                }));

    Admission admission = apply(POD).get(0);

    assertThat(admission.notIdempotent()).containsExactly("grow.example.com");
    assertThat(admission.admitted()).isTrue();
    assertThat(admission.passed()).isFalse();
  }

  @Test
  void webhookThatIsNeverReinvokedIsCalledOnce() {
    serve(
        webhook("once.example.com")
            .reinvocationPolicy(ReinvocationPolicy.NEVER)
            .editing("one", on(Pod.class, CREATE), (pod, c) -> label(pod, "one")));

    assertThat(apply(POD).get(0).calls()).hasSize(1);
  }

  @Test
  void denialIsWordedAsAnApiServerWordsIt() {
    serve(
        webhook("no.example.com")
            .validating(
                "no",
                on(Pod.class, CREATE),
                (pod, c) -> Decision.deny("not today").cause("metadata.name", "wrong day")));

    Admission admission = apply(POD).get(0);

    assertThat(admission.outcome()).isEqualTo(ReviewOutcome.DENIED);
    assertThat(admission.refusal())
        .hasValueSatisfying(
            status -> {
              assertThat(status.message())
                  .isEqualTo("admission webhook \"no.example.com\" denied the request: not today");
              assertThat(status.reason()).isEqualTo("Invalid");
              assertThat(status.causes())
                  .extracting(cause -> cause.field() + ": " + cause.message())
                  .containsExactly(status.message(), "metadata.name: wrong day");
            });
  }

  @Test
  void mutatorsDenialEndsTheReview() {
    serve(
        webhook("no.example.com")
            .mutating("no", on(Pod.class, CREATE), (pod, c) -> Decision.deny("not today"))
            .validating("never", on(Pod.class, CREATE), (pod, c) -> Decision.allow()));

    assertThat(apply(POD).get(0).calls())
        .extracting(Admission.Call::path)
        .containsExactly("/mutate/no.example.com");
  }

  @Test
  void failedCallIsLeftToTheFailurePolicy() {
    serve(
        webhook("broken.example.com")
            .mutatingFailurePolicy(FailurePolicy.IGNORE)
            .editing("edit", on(Pod.class, CREATE), (pod, c) -> fail())
            .validating("judge", on(Pod.class, CREATE), (pod, c) -> fail()));

    Admission admission = apply(POD).get(0);

    assertThat(admission.outcome()).isEqualTo(ReviewOutcome.FAILED);
    assertThat(admission.refusal().orElseThrow().message())
        .isEqualTo(
            "Internal error occurred: failed calling webhook \"broken.example.com\": failed to call"
                + " webhook: an error on the server (\"rule judge failed\") has prevented the"
                + " request from succeeding");
    assertThat(admission.notes())
        .anyMatch(
            note ->
                note.endsWith(
                    "(\"rule edit failed\") has prevented the request from"
                        + " succeeding; the failure policy ignores it"));
    assertThat(admission.failures())
        .extracting(Failure::what)
        .containsExactly(
            "rule edit failed: java.lang.IllegalStateException: on purpose",
            "rule judge failed: java.lang.IllegalStateException: on purpose");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | webhook response was absent",
        "{'response': {'uid': 'x', 'allowed': true}} | expected response.uid=",
        "{'response': {'uid': 'UID', 'allowed': true}} | expected webhook response of",
        "{'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'response': {'uid':"
            + " 'UID', 'allowed': true, 'patch': 'W10='}} | may not return response.patch",
        "{'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'response': {'uid':"
            + " 'UID', 'allowed': true, 'patch': 'W10=', 'patchType': 'JSONPatch'}} | may not return response.patch",
      })
  void answerThatAnApiServerRefusesIsAFailedCall(String answer, String problem) {
    serve(
        webhook("odd.example.com")
            .validating("never", on(Pod.class, CREATE), (pod, c) -> Decision.allow()));
    WebhookCaller odd =
        (webhook, review) ->
            YamlDocuments.read("answer", answer.replace("UID", review.at("/request/uid").asText()))
                .get(0)
                .tree();

    Admission admission = apply(odd, false, POD).get(0);

    assertThat(admission.outcome()).isEqualTo(ReviewOutcome.FAILED);
    assertThat(admission.refusal().orElseThrow().message()).contains(problem);
  }

  @Test
  void objectThatWasAdmittedBeforeIsUpdated() {
    var operations = new ArrayList<String>();
    serve(
        webhook("log.example.com")
            .validating(
                "log",
                on(Pod.class, CREATE, UPDATE, DELETE),
                (pod, context) -> {
                  Pod old = context.oldObject(Pod.class);
                  operations.add(
                      context.operation()
                          + (old == null ? "" : " from " + old.getMetadata().getLabels()));
                  return Decision.allow();
                }));
    String labelled = pod("{name: web, labels: {a: b}}");
    String deleted = pod("{name: web, annotations: {usher.io/operation: DELETE}}");

    apply(labelled, POD, deleted, POD);

    assertThat(operations)
        .containsExactly("CREATE", "UPDATE from {a=b}", "DELETE from {}", "CREATE");
  }

  @Test
  void selectorsAndOtherResourcesKeepTheCallAway() {
    serve(
        webhook("some.example.com")
            .namespaceSelector("tier=gold")
            .objectSelector("!skip")
            .validating("no", on(Pod.class, CREATE), (pod, c) -> Decision.deny("no")));

    var admissions =
        apply(
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {tier: gold}}}",
            pod("{name: a, namespace: shop}"),
            pod("{name: b, namespace: shop, labels: {skip: x}}"),
            pod("{name: c, namespace: other}"),
            "{apiVersion: v1, kind: Secret, metadata: {name: d, namespace: shop}}");

    assertThat(admissions)
        .extracting(Admission::outcome)
        .containsExactly(
            ReviewOutcome.ALLOWED,
            ReviewOutcome.DENIED,
            ReviewOutcome.ALLOWED,
            ReviewOutcome.ALLOWED,
            ReviewOutcome.ALLOWED);
    assertThat(admissions.get(4).notes()).containsExactly("no webhook is registered for it");
  }

  @Test
  void ignoredFailureDoesNotPassUnlessItIsExpected() {
    serve(webhook("broken.example.com").editing("edit", on(Pod.class, CREATE), (pod, c) -> fail()));
    String expecting = pod("{name: %s, annotations: {usher.io/expect: '%s'}}");

    assertThat(
            apply(
                POD,
                expecting.formatted("a", "allowed, failed"),
                expecting.formatted("b", "allowed")))
        .extracting(admission -> admission.outcome() + " " + admission.passed())
        .containsExactly("ALLOWED false", "ALLOWED true", "ALLOWED false");
  }

  @Test
  void connectionIsSentAsItsOptionsAndStoredNowhere() {
    var seen = new ArrayList<String>();
    serve(
        webhook("exec.example.com")
            .validating(
                "no",
                on(PodExecOptions.class, CONNECT).resource("pods/exec"),
                (options, context) -> {
                  var request = context.request();
                  seen.add(
                      "%s %s/%s %s/%s %s %s"
                          .formatted(
                              request.operation(),
                              request.resource().resource(),
                              request.subResource(),
                              request.namespace(),
                              request.name(),
                              request.object(),
                              options.getCommand()));
                  return Decision.deny("no shells");
                }));
    String exec =
        "{apiVersion: v1, kind: PodExecOptions, metadata: {name: web, namespace: shop}, command:"
            + " [sh], stdin: true}";

    var admissions = apply(exec, exec);

    assertThat(seen)
        .containsExactly(
            "CONNECT pods/exec shop/web {\"kind\":\"PodExecOptions\",\"apiVersion\":\"v1\",\"stdin\":true,\"stdout\":true,\"stderr\":true,\"command\":[\"sh\"]} [sh]",
            "CONNECT pods/exec shop/web {\"kind\":\"PodExecOptions\",\"apiVersion\":\"v1\",\"stdin\":true,\"stdout\":true,\"stderr\":true,\"command\":[\"sh\"]} [sh]");
    assertThat(admissions.get(1).refusal().orElseThrow().message()).endsWith("no shells");
  }

  @Test
  void connectionThatNobodyDeniesIsAllowedThoughThereIsNoNode() {
    serve(
        webhook("exec.example.com")
            .validating(
                "all",
                on(PodExecOptions.class, CONNECT).resource("pods/exec"),
                (options, context) -> Decision.allow()));
    String exec = "{apiVersion: v1, kind: PodExecOptions, metadata: {name: web}, command: [sh]}";
    String proxy =
        "{apiVersion: v1, kind: ServiceProxyOptions, metadata: {name: web}, path: /metrics}";

    assertThat(apply(exec, POD, exec, proxy))
        .allMatch(Admission::passed)
        .extracting(each -> each.calls().size())
        .containsExactly(1, 0, 1, 0);
  }

  /** As docs/matching.md has it: fabric8 brings no such class. */
  @Group("")
  @Version("v1")
  @JsonDeserialize
  @JsonIgnoreProperties({"apiVersion", "kind"})
  static final class PodAttachOptions implements KubernetesResource {
    private static final long serialVersionUID = 1L;

    public String container;
    public boolean stdin;
    public boolean tty;
  }

  @Test
  void optionsThatTheModelLacksAreAClassOfTheRules() {
    serve(
        webhook("attach.example.com")
            .validating(
                "no",
                on(PodAttachOptions.class, CONNECT).resource("pods/attach"),
                (options, context) ->
                    Decision.deny(
                        options.container + (options.tty ? " with" : " without") + " tty")));

    Admission admission =
        apply(
                "{apiVersion: v1, kind: PodAttachOptions, metadata: {name: web}, container: c, tty: true}")
            .get(0);

    assertThat(admission.refusal().orElseThrow().message()).endsWith("c with tty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/metadata/namespace | other | 400 the namespace of the provided object does not match",
        "/metadata/resourceVersion | 7 | 500 resourceVersion should not be set on objects to be created",
      })
  void createdObjectWithMetadataThatIsNotItsOwnIsRefused(
      String pointer, String value, String refusal) {
    serve(setting(pointer, value));

    Status status = apply(POD).get(0).refusal().orElseThrow();

    assertThat(status.code() + " " + status.message()).startsWith(refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/metadata/name | other | 422 Pod \"other\" is invalid: metadata.name: Invalid value:"
            + " \"other\": field is immutable",
        "/metadata/uid | 1-2 | 422 Pod \"web\" is invalid: metadata.uid: Invalid value: \"1-2\":"
            + " field is immutable",
        "/metadata/resourceVersion | 7000 | 409 Operation cannot be fulfilled on pods \"web\": the"
            + " object has been modified; please apply your changes to the latest version and try"
            + " again",
      })
  void updatedObjectWithMetadataThatIsNotItsOwnIsRefused(
      String pointer, String value, String refusal) {
    serve(setting(pointer, value, UPDATE));

    Status status = apply(POD, POD).get(1).refusal().orElseThrow();

    assertThat(status.code() + " " + status.message()).isEqualTo(refusal);
  }

  @Test
  void metadataOfTheServersOwnIsResetAndARenamedObjectNoted() {
    serve(setting("/metadata/uid", "1-2"), setting("/metadata/name", "other"));

    Admission admission = apply(POD).get(0);

    assertThat(admission.notes())
        .containsExactly(
            "a webhook renamed it: it is stored as other",
            "metadata.uid is the API server's own: what a webhook wrote is lost");
    assertThat(admission.object().path("metadata").toString())
        .isEqualTo("{\"name\":\"other\",\"namespace\":\"default\"}");
  }

  @Test
  void nullIsDroppedByKubernetesOwnKindsAndRefusedByCustomOnes() {
    String definition =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: mice.zoo.example.com}
        spec:
          group: zoo.example.com
          names: {kind: Mouse, plural: mice}
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      food: {type: string}
                      hole: {type: string, nullable: true}
        """;
    serve(
        webhook("null.example.com")
            .editing(
                "null",
                on(ObjectNode.class, CREATE).resource("pods", "mice.v1.zoo.example.com"),
                (object, c) -> object.withObject("/spec").putNull("food").putNull("hole")));

    var admissions =
        apply(
            definition,
            POD,
            "{apiVersion: zoo.example.com/v1, kind: Mouse, metadata: {name: jerry}}");

    assertThat(admissions.get(1).notes())
        .containsExactly(
            "spec.food is null: the API server drops it",
            "spec.hole is null: the API server drops it");
    assertThat(admissions.get(2).refusal().orElseThrow().message())
        .isEqualTo(
            "Mouse.zoo.example.com \"jerry\" is invalid: spec.food: Invalid value: \"null\":"
                + " spec.food in body must be of type string: \"null\"");
  }

  private static WebhookBuilder setting(String pointer, String value, Operation... operations) {
    String field = pointer.substring(pointer.lastIndexOf('/') + 1);
    return webhook(field.toLowerCase(Locale.ROOT) + ".example.com")
        .reinvocationPolicy(ReinvocationPolicy.NEVER)
        .editing(
            "set",
            on(ObjectNode.class, operations.length == 0 ? CREATE : operations[0]).resource("pods"),
            (pod, c) -> pod.withObject("/metadata").put(field, value));
  }

  @Test
  void customResourceIsKnownByItsDefinition() {
    serve(
        webhook("mice.example.com")
            .validating(
                "no",
                on(ObjectNode.class, CREATE).resource("mice.v1.zoo.example.com"),
                (mouse, context) ->
                    Decision.deny("in namespace \"" + context.request().namespace() + "\"")));
    String definition =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: mice.zoo.example.com}
        spec:
          group: zoo.example.com
          scope: Cluster
          names: {kind: Mouse, plural: mice}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
        """;

    var admissions =
        apply(definition, "{apiVersion: zoo.example.com/v1, kind: Mouse, metadata: {name: jerry}}");

    assertThat(admissions.get(1).refusal().orElseThrow().message()).endsWith("in namespace \"\"");
  }

  private static final String TABS =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: tabs.zoo.example.com}
      spec:
        group: zoo.example.com
        names: {kind: Tab, plural: tabs}
        scope: Namespaced
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec: {type: object, properties: {minute: {type: string}, zone: {type: string}}}
        - name: v1alpha1
          served: true
          storage: false
          deprecated: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec: {type: object, properties: {cron: {type: string}, zone: {type: string}}}
      """;

  private static final String OLD_TAB =
      "{apiVersion: zoo.example.com/v1alpha1, kind: Tab, metadata: {name: nightly}, spec: {cron: '5'}}";

  private static WebhookBuilder convertingTabs() {
    return webhook("tabs.example.com")
        .converting(
            "up",
            ConversionTarget.ofTrees("Tab.zoo.example.com", "v1alpha1", "v1"),
            (tab, context) -> renamed(tab, "cron", "minute"))
        .converting(
            "down",
            ConversionTarget.ofTrees("Tab.zoo.example.com", "v1", "v1alpha1"),
            (tab, context) -> renamed(tab, "minute", "cron"));
  }

  private static ObjectNode renamed(ObjectNode tab, String from, String to) {
    ObjectNode spec = tab.withObject("/spec");
    if (spec.path(from).asText().equals("never")) {
      throw new ConversionException("spec." + from, "is no minute");
    }
    if (spec.has(from)) {
      spec.set(to, spec.remove(from));
    }
    return tab;
  }

  @Test
  void manifestInAnOlderVersionIsConverted() {
    serve(
        convertingTabs()
            .editing(
                "zone",
                on(ObjectNode.class, CREATE, UPDATE).resource("tabs.v1.zoo.example.com"),
                (tab, c) -> {
                  assertThat(tab.at("/spec/minute").isTextual()).as(tab::toString).isTrue();
                  tab.withObject("/spec").put("zone", "UTC");
                }));

    var admissions =
        apply(
            OLD_TAB,
            TABS,
            "{apiVersion: zoo.example.com/v1, kind: Tab, metadata: {name: nightly}, spec: {minute: '6'}}");

    Admission old = admissions.get(0);
    assertThat(old.outcome()).as(old::toString).isEqualTo(ReviewOutcome.PATCHED);
    assertThat(old.object().path("spec").toString()).isEqualTo("{\"cron\":\"5\",\"zone\":\"UTC\"}");
    assertThat(old.stored().orElseThrow().toString())
        .isEqualTo(
            "{\"apiVersion\":\"zoo.example.com/v1\",\"kind\":\"Tab\",\"metadata\":{\"name\":\"nightly\","
                + "\"namespace\":\"default\"},\"spec\":{\"zone\":\"UTC\",\"minute\":\"5\"}}");
    assertThat(old.warnings())
        .containsExactly("zoo.example.com/v1alpha1 Tab is deprecated; use zoo.example.com/v1 Tab");
    assertThat(old.notIdempotent()).isEmpty();
    assertThat(old.calls())
        .extracting(
            call -> call.path() + call.rules().stream().map(Admission.RuleRun::rule).toList())
        .containsExactly(
            "/mutate/tabs.example.com[zone]",
            "/mutate/tabs.example.com[zone]",
            "/convert/tabs.example.com[up, down]");

    Admission later = admissions.get(2);
    assertThat(later.request().operation()).isEqualTo(UPDATE);
    assertThat(later.request().oldObject().path("spec").toString())
        .isEqualTo("{\"zone\":\"UTC\",\"minute\":\"5\"}");
    assertThat(later.object().path("spec").toString())
        .isEqualTo("{\"zone\":\"UTC\",\"minute\":\"6\"}");
    assertThat(later.stored()).isEmpty();
  }

  @Test
  void conversionThatFailsIsAFailureOfTheObject() {
    serve(convertingTabs());

    var admissions = apply(TABS, OLD_TAB.replace("'5'", "never"), OLD_TAB);

    Admission failed = admissions.get(1);
    assertThat(failed.outcome()).isEqualTo(ReviewOutcome.FAILED);
    assertThat(failed.refusal().orElseThrow().message())
        .contains(
            "conversion webhook for zoo.example.com/v1alpha1, Kind=Tab failed: rule up failed")
        .endsWith("Tab default/nightly (v1alpha1 to v1): spec.cron: is no minute");
    assertThat(failed.failures()).isNotEmpty();
    assertThat(admissions.get(2).failures()).isEmpty();
    assertThat(admissions.get(2).outcome()).isEqualTo(ReviewOutcome.ALLOWED);
  }

  @Test
  void definitionWithAVersionThatNothingConvertsIsRefused() {
    serve(convertingTabs());

    assertThatThrownBy(() -> apply(TABS.replace("name: v1alpha1", "name: v1beta1")))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("test.yaml, document 1 at line 1: Tab.zoo.example.com has versions")
        .hasMessageContaining("[v1beta1] that webhook tabs.example.com does not convert");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: web, annotations: {usher.io/expect: soon}} | usher.io/expect: \"soon\" is none of",
        "{generateName: web-, annotations: {usher.io/operation: UPDATE}} | usher.io/operation: UPDATE"
            + " needs an object with a name; write metadata.name",
        "{name: 1, annotations: {usher.io/operation: DELETE}} | json: cannot unmarshal number into",
        "{name: web, annotations: {usher.io/operation: PATCH}} | usher.io/operation: \"PATCH\" is",
        "{name: web, annotations: {usher.io/operation: CONNECT}} | usher.io/operation: CONNECT"
            + " brings no Pod but options, as PodExecOptions or ServiceProxyOptions",
        "{} | its metadata has neither name nor generateName",
        "text | its metadata is no object",
      })
  void manifestThatCantBeSentIsNamed(String metadata, String problem) {
    assertThatThrownBy(() -> apply(pod(metadata)))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("test.yaml, document 1 at line 1: " + problem);
  }

  @Test
  void expectationIsHeldAgainstWhatCame() {
    serve(
        webhook("w.example.com")
            .validating(
                "warn",
                on(Pod.class, CREATE),
                (pod, context) -> {
                  context.warn("careful");
                  return Decision.allow();
                }));
    String expecting = pod("{name: %s, annotations: {usher.io/expect: '%s'}}");

    assertThat(
            apply(expecting.formatted("a", "allowed, warned"), expecting.formatted("b", "allowed")))
        .extracting(Admission::asExpected)
        .containsExactly(true, false);
  }

  @Test
  void objectsOfOneRunSeeEachOther() {
    String quota =
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: few, namespace: shop}, spec: {hard:"
            + " {pods: '1'}}}";

    var admissions =
        apply(
            quota,
            pod("{name: a, namespace: shop}"),
            pod("{name: b, namespace: shop}"),
            pod("{name: b, namespace: other}"),
            pod("{name: b, namespace: other, annotations: {usher.io/operation: CREATE}}"));

    assertThat(admissions)
        .extracting(each -> each.refusal().map(Status::message).orElse(""))
        .containsExactly(
            "",
            "",
            "pods \"b\" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited:"
                + " pods=1",
            "",
            "pods \"b\" already exists");
  }

  @Test
  void namespaceThatNoManifestCreatesIsThereAndAnotherOnceItIsSent() {
    String shop = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}";
    String deleted =
        "{apiVersion: v1, kind: Namespace, metadata: {name: shop, annotations:"
            + " {usher.io/operation: DELETE}}}";

    var admissions =
        apply(
            pod("{name: a, namespace: there}"),
            pod("{name: a, namespace: shop}"),
            shop,
            pod("{name: a, namespace: shop}"),
            deleted,
            pod("{name: b, namespace: shop}"));

    assertThat(admissions)
        .extracting(each -> each.refusal().map(Status::message).orElse(""))
        .containsExactly(
            "",
            "namespaces \"shop\" not found",
            "",
            "",
            "",
            "pods \"b\" is forbidden: unable to create new content in namespace shop because it is"
                + " being terminated");
    assertThat(admissions.get(1).outcome()).isEqualTo(ReviewOutcome.FAILED);
    assertThat(admissions.get(1).passed()).isFalse();
  }

  @Test
  void matchConditionsDecideWhetherTheWebhookIsCalled() {
    serve(
        webhook("some.example.com")
            .matchCondition("named", "object.metadata.name.startsWith('web')")
            .validating("no", on(Pod.class, CREATE), (pod, c) -> Decision.deny("no")));

    var admissions = apply(pod("{name: web}"), pod("{name: db}"));

    assertThat(admissions)
        .extracting(Admission::outcome)
        .containsExactly(ReviewOutcome.DENIED, ReviewOutcome.ALLOWED);
    assertThat(admissions.get(1).calls()).isEmpty();
  }

  @Test
  void conditionThatCantBeEvaluatedIsNamed() {
    serve(
        webhook("some.example.com")
            .matchCondition("wrong", "object.")
            .validating("no", on(Pod.class, CREATE), (pod, c) -> Decision.deny("no")));

    assertThatThrownBy(() -> apply(POD))
        .isInstanceOf(ManifestException.class)
        .hasMessageStartingWith("no API server would register these rules: matchCondition wrong: ");
  }

  @Test
  void serversDefaultsAreSeenByRulesAndShownToNobody() {
    var seen = new ArrayList<String>();
    serve(
        webhook("see.example.com")
            .editing(
                "see",
                on(Pod.class, CREATE),
                (pod, c) -> {
                  seen.add(pod.getSpec().getRestartPolicy());
                  pod.getSpec().getContainers().get(0).setImagePullPolicy("Never");
                  pod.getSpec()
                      .getContainers()
                      .add(0, new ContainerBuilder().withName("side").withImage("side:1").build());
                }));

    Admission admission = apply(POD).get(0);

    assertThat(seen.get(0)).isEqualTo("Always");
    assertThat(String.valueOf(admission.object().path("spec")))
        .isEqualTo(
            "{\"containers\":[{\"image\":\"side:1\",\"name\":\"side\"},"
                + "{\"name\":\"web\",\"image\":\"web\",\"imagePullPolicy\":\"Never\"}]}");
  }

  @Test
  void fieldThatAKindDoesNotHaveIsRefusedOfAManifestAndDroppedOfAWebhook() {
    serve(
        webhook("size.example.com")
            .reinvocationPolicy(ReinvocationPolicy.NEVER)
            .editing(
                "size",
                on(ObjectNode.class, CREATE).resource("pods"),
                (pod, c) -> pod.put("size", 1)));

    var admissions =
        apply(
            POD,
            "{apiVersion: v1, kind: Pod, metadata: {name: odd}, spec: {contaners: [], "
                + SPEC.substring("spec: {".length())
                + "}");

    assertThat(admissions.get(0).outcome()).isEqualTo(ReviewOutcome.ALLOWED);
    assertThat(admissions.get(0).notes())
        .containsExactly("size is no field of its kind: the API server drops it");
    assertThat(admissions.get(1).refusal().orElseThrow().message())
        .contains("strict decoding error: unknown field \"spec.contaners\"");
  }

  @Test
  void objectThatWasThereBeforeIsUpdatedAndDeleted() {
    var seen = new ArrayList<String>();
    serve(
        webhook("log.example.com")
            .validating(
                "log",
                on(Pod.class, UPDATE, DELETE),
                (pod, context) -> {
                  seen.add(
                      context.operation()
                          + " of "
                          + context.oldObject(Pod.class).getMetadata().getLabels());
                  return Decision.allow();
                }));
    String metadata = "{name: %s, labels: {a: b}, annotations: {usher.io/operation: %s}}";

    var admissions =
        apply(pod(metadata.formatted("web", "UPDATE")), pod(metadata.formatted("db", "DELETE")));

    assertThat(admissions).allMatch(Admission::passed);
    assertThat(seen).containsExactly("UPDATE of {a=b}", "DELETE of {a=b}");
  }

  @Test
  void updateKeepsWhatWebhooksWroteAndShowsWhatTheyChangeNow() {
    serve(
        webhook("count.example.com")
            .reinvocationPolicy(ReinvocationPolicy.NEVER)
            .editing(
                "count",
                on(Pod.class, CREATE, UPDATE),
                (pod, context) -> label(pod, context.operation().name().toLowerCase(Locale.ROOT))));

    Admission updated = apply(POD, pod("{name: web, labels: {own: y}}")).get(1);

    assertThat(updated.request().object().at("/metadata/labels").toString())
        .isEqualTo("{\"create\":\"x\",\"own\":\"y\"}");
    assertThat(updated.object().at("/metadata/labels").toString())
        .isEqualTo("{\"create\":\"x\",\"own\":\"y\",\"update\":\"x\"}");
  }

  @Test
  void subresourcesTakeWhatIsTheirs() {
    var seen = new ArrayList<String>();
    serve(
        webhook("log.example.com")
            .validating(
                "log",
                on(ObjectNode.class, CREATE, UPDATE)
                    .resource("pods/eviction", "pods/status", "deployments.apps/scale"),
                (object, context) -> {
                  var request = context.request();
                  seen.add(
                      request.operation()
                          + " "
                          + request.resource().resource()
                          + "/"
                          + request.subResource());
                  return Decision.allow();
                }));

    var admissions =
        apply(
            pod("{name: web, annotations: {usher.io/subresource: status}}"),
            POD,
            "{apiVersion: policy/v1, kind: Eviction, metadata: {name: web}}",
            "{apiVersion: policy/v1, kind: Eviction, metadata: {name: web}}");

    assertThat(seen)
        .containsExactly("UPDATE pods/status", "CREATE pods/eviction", "CREATE pods/eviction");
    assertThat(admissions)
        .extracting(each -> each.refusal().map(Status::message).orElse(""))
        .containsExactly("", "", "", "pods \"web\" not found");
  }

  @Test
  void customKindsComeFromTheRules() {
    serve(
        webhook("mice.example.com")
            .validating(
                "no",
                on(ObjectNode.class, CREATE).resource("mice.v1.zoo.example.com"),
                (mouse, context) -> Decision.deny("no mice")));

    assertThat(
            apply("{apiVersion: zoo.example.com/v1, kind: Mouse, metadata: {name: jerry}}")
                .get(0)
                .refusal()
                .orElseThrow()
                .message())
        .endsWith("no mice");
  }

  @Test
  void versionThatIsNotServedIsNamed() {
    assertThatThrownBy(
            () -> apply("{apiVersion: apps/v1beta1, kind: Deployment, metadata: {name: web}}"))
        .isInstanceOf(ManifestException.class)
        .hasMessage(
            "test.yaml, document 1 at line 1: no matches for kind \"Deployment\" in version"
                + " \"apps/v1beta1\": write [apps/v1]");
  }

  @Test
  void dryRunStoresNothing() {
    serve(
        webhook("log.example.com")
            .validating(
                "log",
                on(Pod.class, CREATE, UPDATE),
                (pod, context) -> {
                  context.warn(context.operation() + " " + context.request().dryRun());
                  return Decision.allow();
                }));

    assertThat(applyDry(POD, POD))
        .extracting(Admission::warnings)
        .containsExactly(List.of("CREATE true"), List.of("CREATE true"));
  }

  private static WebhookBuilder webhook(String name) {
    return WebhookRegistration.named(name).validatingFailurePolicy(FailurePolicy.FAIL);
  }

  private static void label(Pod pod, String key) {
    pod.getMetadata().getLabels().put(key, "x");
  }

  private static Decision fail() {
    throw new IllegalStateException("on purpose");
  }

  private void serve(WebhookBuilder... builders) {
    Stream.of(builders).map(WebhookBuilder::build).forEach(webhooks::add);
  }

  @Test
  void policiesAmongTheManifestsDecideInTheServersOrder() {
    serve();
    List<Admission> admissions =
        apply(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {text: a}}",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {text: b}}",
            "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicy, metadata:"
                + " {name: mark}, spec: {reinvocationPolicy: Never, matchConstraints:"
                + " {resourceRules: [{operations: [CREATE], apiGroups: [''], apiVersions: [v1],"
                + " resources: [configmaps]}]}, mutations: [{patchType: JSONPatch, jsonPatch:"
                + " {expression: '[JSONPatch{op: \"add\", path: \"/data/mark\", value:"
                + " \"yes\"}]'}}]}}",
            "{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicyBinding,"
                + " metadata: {name: mark}, spec: {policyName: mark}}",
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy,"
                + " metadata: {name: no-b}, spec: {matchConstraints: {resourceRules: [{operations:"
                + " [CREATE], apiGroups: [''], apiVersions: [v1], resources: [configmaps]}]},"
                + " validations: [{expression: 'object.data.text != \"b\"', messageExpression:"
                + " '\"marked \" + object.data.mark'}]}}",
            "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding,"
                + " metadata: {name: no-b}, spec: {policyName: no-b, validationActions: [Deny]}}");

    Admission first = admissions.get(0);
    assertThat(first.outcome()).isEqualTo(ReviewOutcome.PATCHED);
    assertThat(first.object().at("/data/mark").asText()).isEqualTo("yes");
    assertThat(first.policies())
        .containsExactly(
            "MutatingAdmissionPolicy mark with binding mark",
            "ValidatingAdmissionPolicy no-b with binding no-b");
    Admission second = admissions.get(1);
    assertThat(second.outcome()).isEqualTo(ReviewOutcome.DENIED);
    assertThat(second.refusal().orElseThrow().message())
        .endsWith(
            "ValidatingAdmissionPolicy 'no-b' with binding 'no-b' denied request: marked yes");
    assertThat(admissions.subList(2, 6)).allMatch(Admission::passed);
    assertThat(admissions.get(2).notes()).isEmpty();
  }

  private static String policy(String kind, String name, String spec) {
    return "{apiVersion: admissionregistration.k8s.io/v1, kind: "
        + kind
        + ", metadata: {name: "
        + name
        + "}, spec: {matchConstraints: {resourceRules: [{operations: [CREATE], apiGroups: [''],"
        + " apiVersions: [v1], resources: [pods]}]}, "
        + spec
        + "}}";
  }

  private static String binding(String kind, String policy, String spec) {
    return "{apiVersion: admissionregistration.k8s.io/v1, kind: "
        + kind
        + "Binding, metadata: {name: "
        + policy
        + "}, spec: {policyName: "
        + policy
        + spec
        + "}}";
  }

  /** The policies see a parameter of the run; the mutating ones label the Pod, rules do as well. */
  @Test
  void policiesAndRulesDecideTogetherInTheServersOrder() {
    serve(
        webhook("rules.example.com")
            .editing(
                "label",
                on(Pod.class, CREATE),
                (pod, c) ->
                    pod.getMetadata()
                        .getLabels()
                        .putIfAbsent(
                            "rule", "after-" + pod.getMetadata().getLabels().get("policy")))
            .validating(
                "see",
                on(Pod.class, CREATE),
                (pod, context) -> {
                  context.warn("the rule sees " + pod.getMetadata().getLabels());
                  context.audit("seen", "yes");
                  return Decision.allow();
                }));

    List<Admission> admissions =
        apply(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: names}, data: {no: web-2}}",
            policy(
                "MutatingAdmissionPolicy",
                "mark",
                "reinvocationPolicy: Never, mutations: [{patchType: ApplyConfiguration,"
                    + " applyConfiguration: {expression: 'Object{metadata: Object.metadata{labels:"
                    + " {\"policy\": has(object.metadata.labels) ? \"late\" : \"early\"}}}'}}]"),
            binding("MutatingAdmissionPolicy", "mark", ""),
            policy(
                "ValidatingAdmissionPolicy",
                "named",
                "paramKind: {apiVersion: v1, kind: ConfigMap}, validations: [{expression:"
                    + " 'object.metadata.name != params.data.no', messageExpression: '\"labelled \""
                    + " + object.metadata.labels.rule'}]"),
            binding(
                "ValidatingAdmissionPolicy",
                "named",
                ", validationActions: [Deny], paramRef: {name: names, parameterNotFoundAction:"
                    + " Deny}"),
            policy(
                "ValidatingAdmissionPolicy",
                "told",
                "validations: [{expression: 'false', messageExpression: '\"the policy sees \" +"
                    + " object.metadata.labels.policy + \" \" + object.metadata.labels.rule'}],"
                    + " auditAnnotations: [{key: name, valueExpression:"
                    + " 'string(object.metadata.name)'}]"),
            binding("ValidatingAdmissionPolicy", "told", ", validationActions: [Warn, Audit]"),
            POD,
            pod("{name: web-2}"));

    Admission web = admissions.get(7);
    assertThat(web.outcome()).isEqualTo(ReviewOutcome.PATCHED);
    assertThat(web.object().at("/metadata/labels").toString())
        .isEqualTo("{\"policy\":\"early\",\"rule\":\"after-early\"}");
    assertThat(web.policies())
        .containsExactly(
            "MutatingAdmissionPolicy mark with binding mark",
            "ValidatingAdmissionPolicy named with binding named",
            "ValidatingAdmissionPolicy told with binding told");
    assertThat(web.calls())
        .extracting(call -> call.path() + (call.again() ? " again" : ""))
        .containsExactly(
            "/mutate/rules.example.com",
            "/mutate/rules.example.com again",
            "/validate/rules.example.com");
    assertThat(web.warnings())
        .containsExactly(
            "Validation failed for ValidatingAdmissionPolicy 'told' with binding 'told': the policy"
                + " sees early after-early",
            "the rule sees {policy=early, rule=after-early}");
    assertThat(web.auditAnnotations())
        .containsEntry("told/name", "web")
        .containsEntry("rules.example.com/seen", "yes")
        .containsKey("validation.policy.admission.k8s.io/validation_failure");

    Admission denied = admissions.get(8);
    assertThat(denied.outcome()).isEqualTo(ReviewOutcome.DENIED);
    assertThat(denied.refusal().orElseThrow().message())
        .endsWith("'named' with binding 'named' denied request: labelled after-early");
    assertThat(denied.calls())
        .extracting(Admission.Call::path)
        .containsOnly("/mutate/rules.example.com");
  }

  @Test
  void mutatingPolicyThatFailsIsAFailure() {
    List<Admission> admissions =
        apply(
            policy(
                "MutatingAdmissionPolicy",
                "breaks",
                "reinvocationPolicy: Never, mutations: [{patchType: JSONPatch, jsonPatch:"
                    + " {expression: '[JSONPatch{op: \"remove\", path: object.data.none}]'}}]"),
            binding("MutatingAdmissionPolicy", "breaks", ""),
            POD);

    assertThat(admissions.get(2).outcome()).isEqualTo(ReviewOutcome.FAILED);
    assertThat(admissions.get(2).refusal().orElseThrow().message())
        .startsWith("policy 'breaks' with binding 'breaks' denied request: ");
  }

  @Test
  void rulesReadTheObjectsOfTheRun() {
    webhooks.add(
        WebhookRegistration.named("a.example.com")
            .reads(ReadTarget.of(Namespace.class).fields("metadata.annotations"))
            .validating(
                "team",
                RuleTarget.on(Pod.class, Operation.CREATE),
                context ->
                    Decision.deny(
                        context
                            .cluster()
                            .lister(Namespace.class)
                            .get("shop")
                            .map(found -> "team " + found.getMetadata().getAnnotations())
                            .orElse("no shop")))
            .validatingFailurePolicy(FailurePolicy.FAIL)
            .build());

    List<Admission> admissions =
        apply(
            pod("{name: early}"),
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop, annotations: {team: a}}}",
            pod("{name: late}"));

    assertThat(admissions.get(0).toString()).contains("no shop");
    assertThat(admissions.get(2).toString()).contains("team {team=a}");
  }

  @Test
  void rulesAskLiveForWhatTheRunHasSentBefore() {
    webhooks.add(
        WebhookRegistration.named("reads.example.com")
            .readsLive(LiveReadTarget.of(Namespace.class))
            .readsLive(LiveReadTarget.of(ConfigMap.class).list())
            .validating(
                "namespace",
                RuleTarget.on(Pod.class, Operation.CREATE),
                context ->
                    Decision.deny(
                        "shop %s, maps %d"
                            .formatted(
                                context
                                    .cluster()
                                    .live()
                                    .get(Namespace.class, "shop")
                                    .map(found -> found.getMetadata().getLabels().get("team"))
                                    .orElse("none"),
                                context
                                    .cluster()
                                    .live()
                                    .list(ConfigMap.class, "default", "app=web")
                                    .size())))
            .validatingFailurePolicy(FailurePolicy.FAIL)
            .build());

    List<Admission> admissions =
        apply(
            pod("{name: early}"),
            "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: one, labels: {app: web}}}",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: two}}",
            pod("{name: late}"));

    assertThat(admissions.get(0).toString()).contains("shop none, maps 0");
    assertThat(admissions.get(4).toString()).contains("shop a, maps 1");
  }

  private static String pod(String metadata) {
    return "{apiVersion: v1, kind: Pod, metadata: " + metadata + ", " + SPEC + "}";
  }

  private List<Admission> apply(String... manifests) {
    return apply(false, manifests);
  }

  private List<Admission> applyDry(String... manifests) {
    return apply(true, manifests);
  }

  private List<Admission> apply(boolean dryRun, String... manifests) {
    try (var caller =
        InProcessWebhooks.load(
            config ->
                config.webhooks(webhooks.toArray(WebhookRegistration[]::new)).observe(recorder))) {
      return apply(caller, caller::read, dryRun, manifests);
    }
  }

  private List<Admission> apply(WebhookCaller caller, boolean dryRun, String... manifests) {
    return apply(caller, objects -> {}, dryRun, manifests);
  }

  private List<Admission> apply(
      WebhookCaller caller, Consumer<ObjectStore> reader, boolean dryRun, String... manifests) {
    var documents = new ArrayList<ManifestDocument>();
    for (String manifest : manifests) {
      YamlDocuments.read("test.yaml", manifest)
          .forEach(
              each ->
                  documents.add(
                      new ManifestDocument(
                          "test.yaml", each.number(), each.lines(), (ObjectNode) each.tree())));
    }
    return new LocalApiServer(webhooks, caller, reader, recorder)
        .apply(documents, "default", LocalApiServer.DEFAULT_USER, dryRun);
  }
}
