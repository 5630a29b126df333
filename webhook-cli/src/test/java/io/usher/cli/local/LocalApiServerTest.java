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
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodExecOptions;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.admission.Operation;
import io.usher.admission.Status;
import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionHandler;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The handler behind a plain HTTP server: what a stand-in for an API server makes of answers. */
class LocalApiServerTest {

  private static final String POD = "{apiVersion: v1, kind: Pod, metadata: {name: web}}";

  private final RuleRecorder recorder = new RuleRecorder();
  private final List<WebhookRegistration> webhooks = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

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
                (pod, c) -> pod.put("size", pod.path("size").asInt() + 1)));

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
        "not JSON | decode the answer",
        "{'response': {'uid': 'x', 'allowed': true}} | expected response.uid=",
        "{'response': {'uid': 'UID', 'allowed': true}} | expected webhook response of",
        "{'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'response': {'uid':"
            + " 'UID', 'allowed': true, 'patch': 'W10='}} | patch and patchType",
        "{'apiVersion': 'admission.k8s.io/v1', 'kind': 'AdmissionReview', 'response': {'uid':"
            + " 'UID', 'allowed': true, 'patch': 'W10=', 'patchType': 'JSONPatch'}} | may not have",
      })
  void answerThatAnApiServerRefusesIsAFailedCall(String answer, String problem) {
    WebhookRegistration webhook =
        webhook("odd.example.com")
            .validating("never", on(Pod.class, CREATE), (pod, c) -> Decision.allow())
            .build();
    webhooks.add(webhook);
    server.createContext(
        webhook.path(Phase.VALIDATING),
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes());
          String uid = body.replaceAll(".*?\"uid\":\"([^\"]+)\".*", "$1");
          byte[] bytes = answer.replace('\'', '"').replace("UID", uid).getBytes();
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });

    Admission admission = apply(POD).get(0);

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
    String labelled = "{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {a: b}}}";
    String deleted =
        "{apiVersion: v1, kind: Pod, metadata: {name: web, annotations: {usher.io/operation:"
            + " DELETE}}}";

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
            "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: shop, labels: {skip: x}}}",
            "{apiVersion: v1, kind: Pod, metadata: {name: c, namespace: other}}",
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
    String expecting =
        "{apiVersion: v1, kind: Pod, metadata: {name: %s, annotations: {usher.io/expect: '%s'}}}";

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
            "CONNECT pods/exec shop/web {\"apiVersion\":\"v1\",\"kind\":\"PodExecOptions\",\"command\":[\"sh\"],\"stdin\":true} [sh]",
            "CONNECT pods/exec shop/web {\"apiVersion\":\"v1\",\"kind\":\"PodExecOptions\",\"command\":[\"sh\"],\"stdin\":true} [sh]");
    assertThat(admissions.get(1).refusal().orElseThrow().message()).endsWith("no shells");
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
        "/metadata/resourceVersion | 7 | 500 Internal error occurred: resourceVersion should not be",
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
        "/metadata/name | other | 422 Pod \"web\" is invalid: metadata.name: Invalid value:"
            + " \"other\": field is immutable",
        "/metadata/uid | 1-2 | 422 Pod \"web\" is invalid: metadata.uid: Invalid value: \"1-2\":"
            + " field is immutable",
        "/metadata/resourceVersion | 7 | 409 Operation cannot be fulfilled on pods \"web\": the"
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
          versions:
          - name: v1
            schema:
              openAPIV3Schema:
                properties:
                  spec:
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
        spec: {group: zoo.example.com, scope: Cluster, names: {kind: Mouse, plural: mice}}
        """;

    var admissions =
        apply(definition, "{apiVersion: zoo.example.com/v1, kind: Mouse, metadata: {name: jerry}}");

    assertThat(admissions.get(1).refusal().orElseThrow().message()).endsWith("in namespace \"\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: web, annotations: {usher.io/expect: soon}} | usher.io/expect: \"soon\" is none of",
        "{name: web, annotations: {usher.io/operation: PATCH}} | usher.io/operation: \"PATCH\" is",
        "{name: web, annotations: {usher.io/operation: CONNECT}} | usher.io/operation: CONNECT"
            + " brings no Pod but options, as PodExecOptions or ServiceProxyOptions",
        "{} | its metadata has neither name nor generateName",
        "text | its metadata is no object",
      })
  void manifestThatCantBeSentIsNamed(String metadata, String problem) {
    assertThatThrownBy(() -> apply("{apiVersion: v1, kind: Pod, metadata: " + metadata + "}"))
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
    String expecting =
        "{apiVersion: v1, kind: Pod, metadata: {name: %s, annotations: {usher.io/expect: '%s'}}}";

    assertThat(
            apply(expecting.formatted("a", "allowed, warned"), expecting.formatted("b", "allowed")))
        .extracting(Admission::asExpected)
        .containsExactly(true, false);
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
    Stream.of(builders).forEach(this::serve);
  }

  private void serve(WebhookBuilder builder) {
    WebhookRegistration webhook = builder.build();
    webhooks.add(webhook);
    for (Phase phase : Phase.values()) {
      if (webhook.has(phase)) {
        var handler = new AdmissionHandler(webhook, phase, ReviewLimits.DEFAULT);
        server.createContext(
            webhook.path(phase),
            exchange -> {
              ReviewAnswer answer =
                  Review.uncounted(
                          handler,
                          "POST " + webhook.path(phase),
                          exchange.getRequestBody().readAllBytes(),
                          Deadline.after(Duration.ofMinutes(1)))
                      .answerHere(recorder);
              exchange.sendResponseHeaders(answer.status(), answer.body().length);
              exchange.getResponseBody().write(answer.body());
              exchange.close();
            });
      }
    }
  }

  private List<Admission> apply(String... manifests) {
    var documents = new ArrayList<ManifestDocument>();
    for (String manifest : manifests) {
      YamlDocuments.read("test.yaml", manifest)
          .forEach(
              each ->
                  documents.add(
                      new ManifestDocument(
                          "test.yaml", each.number(), each.lines(), (ObjectNode) each.tree())));
    }
    URI address = URI.create("http://localhost:" + server.getAddress().getPort());
    return new LocalApiServer(HttpClient.newHttpClient(), address, webhooks, recorder)
        .apply(documents, "default", LocalApiServer.DEFAULT_USER, false);
  }
}
