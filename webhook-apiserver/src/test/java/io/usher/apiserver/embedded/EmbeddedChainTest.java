package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.admission.webhook.WebhookEndpoint;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.audit.AuditLog;
import io.usher.apiserver.authn.AuthenticatorChain;
import io.usher.apiserver.authn.TokenFile;
import io.usher.apiserver.storage.file.FileStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with all parts of the chain, over a file: who calls, whether he may, what is admitted.
 */
class EmbeddedChainTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "root-token";
  private static final String ALICE = "alice-token";
  private static final String MONITOR = "monitor-token";
  private static final String PODS = "/api/v1/namespaces/team/pods";
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/team/";
  private static final String POD =
      "{metadata: {name: %s}, spec: {containers: [{name: c, image: i}]}}";

  @TempDir private Path folder;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ByteArrayOutputStream audit = new ByteArrayOutputStream();
  private TokenFile tokens;
  private EmbeddedApiServer server;

  @BeforeEach
  void start() throws Exception {
    writeTokens(
        ROOT
            + ",root,1,system:masters\n"
            + ALICE
            + ",alice,2,devs\n"
            + MONITOR
            + ",prometheus,3,system:monitoring\n");
    tokens = new TokenFile(folder.resolve("tokens.csv"));
    open();
    post(ROOT, "/api/v1/namespaces", "{metadata: {name: team}}");
    post(ROOT, "/api/v1/namespaces/team/serviceaccounts", "{metadata: {name: runner}}");
  }

  private void writeTokens(String text) throws IOException {
    Files.writeString(folder.resolve("tokens.csv"), text);
  }

  private void open() {
    server =
        EmbeddedApiServer.create(
            config ->
                config
                    .authenticator(AuthenticatorChain.of(List.of(tokens)))
                    .admission(
                        objects ->
                            List.of(
                                new AdmissionPlugins(
                                        objects,
                                        this::webhook,
                                        executor,
                                        new Random(1),
                                        Clock.systemUTC())
                                    .named(
                                        List.of(
                                            "NamespaceLifecycle",
                                            "ServiceAccount",
                                            "LimitRanger",
                                            "ResourceQuota",
                                            "MutatingAdmissionWebhook",
                                            "ValidatingAdmissionWebhook"))))
                    .library(
                        library ->
                            library
                                .storage(FileStorage.open(folder.resolve("objects.db"), 1 << 20))
                                .audit(new AuditLog(audit))));
  }

  @AfterEach
  void stop() {
    server.close();
    executor.shutdownNow();
  }

  /** Labels what is to be mutated, and refuses what is called "bad". */
  private JsonNode webhook(WebhookEndpoint webhook, ObjectNode review) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    ObjectNode response = answer.putObject("response").put("allowed", true);
    response.put("uid", review.at("/request/uid").asText());
    if (webhook.name().startsWith("label")) {
      String patch = "[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"by\":\"hook\"}}]";
      response.put("patchType", "JSONPatch");
      response.put(
          "patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
    } else if (review.at("/request/object/metadata/name").asText().equals("bad")) {
      response.put("allowed", false).putObject("status").put("message", "it is bad");
    }
    return answer;
  }

  private JsonNode send(String token, String method, String uri, String yaml, String... headers)
      throws Exception {
    return JSON.readTree(answer(token, method, uri, yaml, headers).bytes());
  }

  private ApiResponse.Complete answer(
      String token, String method, String uri, String yaml, String... headers) throws Exception {
    Map<String, List<String>> all = new LinkedHashMap<>();
    all.put("Content-Type", List.of("application/json"));
    if (!token.isEmpty()) {
      all.put("Authorization", List.of("Bearer " + token));
    }
    for (String header : headers) {
      String[] parts = header.split(": ", 2);
      all.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1]);
    }
    byte[] body =
        yaml.isEmpty()
            ? new byte[0]
            : new YAMLMapper().readTree(yaml).toString().getBytes(StandardCharsets.UTF_8);
    ApiRequest request = ApiRequest.of(method, uri).withHeaders(Headers.of(all)).withBody(body);
    return (ApiResponse.Complete)
        server.server().handle(request).toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private JsonNode post(String token, String uri, String yaml) throws Exception {
    return send(token, "POST", uri, yaml);
  }

  private String message(String token, String method, String uri, String... headers)
      throws Exception {
    return send(token, method, uri, "", headers).path("message").asText();
  }

  /** The parts of the chain learn of what is stored a moment later. */
  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }

  private void letAliceReadPods() throws Exception {
    post(
        ROOT,
        RBAC + "roles",
        "{metadata: {name: reader}, rules: [{apiGroups: [''], resources: [pods], verbs: [get,"
            + " list]}]}");
    JsonNode binding =
        post(
            ROOT,
            RBAC + "rolebindings",
            "{metadata: {name: readers}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role,"
                + " name: reader}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group,"
                + " name: devs}]}");
    assertThat(binding.path("kind").asText()).as(binding.toString()).isEqualTo("RoleBinding");
    await(() -> message(ALICE, "GET", PODS).isEmpty());
  }

  @Test
  void quotaOfWhatIsDefinedLaterCountsItFromThenOn() throws Exception {
    String quotas = "/api/v1/namespaces/team/resourcequotas";
    post(
        ROOT,
        quotas,
        "{metadata: {name: q}, spec: {hard: {count/cups.example.com: '5', secrets: '5'}}}");
    await(() -> used("q", "secrets").equals("0"));
    assertThat(used("q", "count/cups.example.com")).isEqualTo("0");
    post(ROOT, quotas, "{metadata: {name: r}, spec: {hard: {secrets: '5'}}}");
    await(() -> used("r", "secrets").equals("0"));
    post(
        ROOT,
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        """
        {metadata: {name: cups.example.com}, spec: {group: example.com, scope: Namespaced,
         names: {plural: cups, kind: Cup}, versions: [{name: v1, served: true, storage: true,
         schema: {openAPIV3Schema: {type: object}}}]}}""");
    String cups = "/apis/example.com/v1/namespaces/team/cups";
    await(
        () ->
            post(ROOT, cups, "{kind: Cup, apiVersion: example.com/v1, metadata: {name: a}}")
                .path("kind")
                .asText()
                .equals("Cup"));
    await(() -> used("q", "count/cups.example.com").equals("1"));
    send(ROOT, "DELETE", cups + "/a", "");
    await(() -> used("q", "count/cups.example.com").equals("0"));
  }

  private String used(String quota, String name) throws Exception {
    return send(ROOT, "GET", "/api/v1/namespaces/team/resourcequotas/" + quota, "")
        .path("status")
        .path("used")
        .path(name)
        .asText();
  }

  @Test
  void callerIsKnownByHisTokenUntilItIsTakenAway() throws Exception {
    assertThat(message("", "GET", PODS)).isEqualTo("Unauthorized");
    assertThat(message("wrong", "GET", PODS)).isEqualTo("Unauthorized");
    assertThat(message(ROOT, "GET", PODS)).isEmpty();
    writeTokens(ALICE + ",alice,2,devs\n");
    tokens.reload();
    assertThat(message(ROOT, "GET", PODS)).isEqualTo("Unauthorized");
  }

  @Test
  void rolesThatAreStoredDecideFromThenOn() throws Exception {
    String forbidden =
        "pods is forbidden: User \"alice\" cannot list resource \"pods\" in API group \"\" in the"
            + " namespace \"team\"";
    assertThat(message(ALICE, "GET", PODS)).isEqualTo(forbidden);
    letAliceReadPods();
    assertThat(send(ALICE, "GET", PODS, "").path("kind").asText()).isEqualTo("PodList");
    assertThat(message(ALICE, "DELETE", PODS + "/x"))
        .isEqualTo(
            "pods \"x\" is forbidden: User \"alice\" cannot delete resource \"pods\" in API group"
                + " \"\" in the namespace \"team\"");
    send(ROOT, "DELETE", RBAC + "rolebindings/readers", "");
    await(() -> message(ALICE, "GET", PODS).equals(forbidden));
  }

  @Test
  void metricsAreForWhoeverMayReadThem() throws Exception {
    String seats = "apiserver_flowcontrol_nominal_limit_seats{priority_level=\"global-default\"} ";
    await(
        () -> {
          ApiResponse.Complete metrics = answer(MONITOR, "GET", "/metrics", "");
          return metrics.code() == 200
              && new String(metrics.bytes(), StandardCharsets.UTF_8).contains(seats);
        });
    assertThat(answer(ALICE, "GET", "/metrics", "").code()).isEqualTo(403);
    assertThat(message(ALICE, "GET", "/metrics"))
        .isEqualTo("forbidden: User \"alice\" cannot get path \"/metrics\"");
  }

  @Test
  void callerActsAsAnotherOnlyIfHeMay() throws Exception {
    letAliceReadPods();
    assertThat(
            send(ROOT, "GET", PODS, "", "Impersonate-User: bob", "Impersonate-Group: devs")
                .path("kind")
                .asText())
        .isEqualTo("PodList");
    assertThat(message(ROOT, "GET", PODS, "Impersonate-User: bob"))
        .startsWith("pods is forbidden: User \"bob\" cannot list");
    assertThat(message(ALICE, "GET", PODS, "Impersonate-User: root"))
        .isEqualTo(
            "pods is forbidden: User \"alice\" cannot impersonate-on:user-info:list resource"
                + " \"pods\" in API group \"\" in the namespace \"team\"");
    assertThat(message(ALICE, "GET", PODS, "Impersonate-Group: system:masters"))
        .endsWith("without impersonating a user name");
  }

  @Test
  void nobodyGivesMoreThanHeHas() throws Exception {
    letAliceReadPods();
    post(
        ROOT,
        RBAC + "roles",
        "{metadata: {name: granter}, rules: [{apiGroups: [rbac.authorization.k8s.io], resources:"
            + " [roles], verbs: [create]}]}");
    post(
        ROOT,
        RBAC + "rolebindings",
        "{metadata: {name: granters}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role,"
            + " name: granter}, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name:"
            + " alice}]}");
    String role =
        "{metadata: {name: %s}, rules: [{apiGroups: [''], resources: [pods], verbs: [%s]}]}";
    await(
        () ->
            post(ALICE, RBAC + "roles", role.formatted("a", "get"))
                .path("kind")
                .asText()
                .equals("Role"));
    assertThat(post(ALICE, RBAC + "roles", role.formatted("b", "delete")).path("message").asText())
        .isEqualTo(
            "roles.rbac.authorization.k8s.io \"b\" is forbidden: user \"alice\" (groups=[\"devs\""
                + " \"system:authenticated\"]) is attempting to grant RBAC permissions not"
                + " currently held:\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\"]}");
  }

  @Test
  void pluginsChangeAndRefuse() throws Exception {
    assertThat(post(ROOT, "/api/v1/namespaces/none/pods", POD.formatted("a")).path("message"))
        .hasToString("\"namespaces \\\"none\\\" not found\"");
    post(
        ROOT,
        "/api/v1/namespaces/team/limitranges",
        "{metadata: {name: l}, spec: {limits: [{type: Container, default: {cpu: 100m}}]}}");
    post(
        ROOT,
        "/api/v1/namespaces/team/resourcequotas",
        "{metadata: {name: q}, spec: {hard: {pods: '1'}}}");
    JsonNode pod =
        post(
            ROOT,
            PODS,
            "{metadata: {name: a}, spec: {serviceAccountName: runner, containers: [{name: c, image:"
                + " i}]}}");
    assertThat(pod.at("/spec/containers/0/resources/limits/cpu").asText())
        .as(pod.toString())
        .isEqualTo("100m");
    assertThat(pod.at("/spec/serviceAccount").asText()).isEqualTo("runner");
    assertThat(pod.at("/spec/volumes/0/name").asText()).startsWith("kube-api-access-");
    assertThat(
            post(
                    ROOT,
                    PODS,
                    "{metadata: {name: b}, spec: {serviceAccountName: runner, containers: [{name:"
                        + " c, image: i}]}}")
                .path("message")
                .asText())
        .isEqualTo(
            "pods \"b\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited:"
                + " pods=1");
  }

  @Test
  void webhooksOfStoredConfigurationsAreCalled() throws Exception {
    String webhook =
        "{metadata: {name: %s}, webhooks: [{name: %s.example.com, sideEffects: None,"
            + " admissionReviewVersions: [v1], clientConfig: {url: 'https://localhost'}, rules:"
            + " [{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources:"
            + " [configmaps]}]}]}";
    String group = "/apis/admissionregistration.k8s.io/v1/";
    post(ROOT, group + "mutatingwebhookconfigurations", webhook.formatted("m", "label"));
    JsonNode configuration =
        post(ROOT, group + "validatingwebhookconfigurations", webhook.formatted("v", "check"));
    assertThat(configuration.path("kind").asText())
        .as(configuration.toString())
        .isEqualTo("ValidatingWebhookConfiguration");
    String maps = "/api/v1/namespaces/team/configmaps";
    String dryRun = maps + "?dryRun=All";
    await(() -> post(ROOT, dryRun, "{metadata: {name: good}}").at("/metadata").has("labels"));
    await(() -> post(ROOT, dryRun, "{metadata: {name: bad}}").has("message"));
    assertThat(post(ROOT, maps, "{metadata: {name: good}}").at("/metadata/labels").toString())
        .isEqualTo("{\"by\":\"hook\"}");
    assertThat(post(ROOT, maps, "{metadata: {name: bad}}").path("message").asText())
        .isEqualTo("admission webhook \"check.example.com\" denied the request: it is bad");
    assertThat(auditLines())
        .anySatisfy(
            line ->
                assertThat(
                        line.path("annotations")
                            .path("mutation.webhook.admission.k8s.io/round_0_index_0")
                            .asText())
                    .contains("\"mutated\":true"));
  }

  @Test
  void auditLogHasEachRequestAndNoToken() throws Exception {
    message(ALICE, "GET", PODS + "?limit=5");
    JsonNode last = auditLines().get(auditLines().size() - 1);
    assertThat(last.path("requestURI").asText()).isEqualTo(PODS + "?limit=5");
    assertThat(last.at("/user/username").asText()).isEqualTo("alice");
    assertThat(last.at("/responseStatus/code").asInt()).isEqualTo(403);
    assertThat(last.path("annotations").path("authorization.k8s.io/decision").asText())
        .isEqualTo("forbid");
    assertThat(audit.toString(StandardCharsets.UTF_8)).doesNotContain("-token");
  }

  private List<JsonNode> auditLines() throws IOException {
    return JSON.readerFor(JsonNode.class).<JsonNode>readValues(audit.toByteArray()).readAll();
  }

  @Test
  void objectsAndRightsAreThereAfterARestart() throws Exception {
    letAliceReadPods();
    String version = send(ROOT, "GET", PODS, "").at("/metadata/resourceVersion").asText();
    server.close();
    open();
    await(() -> message(ALICE, "GET", PODS).isEmpty());
    assertThat(send(ROOT, "GET", PODS, "").at("/metadata/resourceVersion").asLong())
        .isGreaterThanOrEqualTo(Long.parseLong(version));
  }
}
