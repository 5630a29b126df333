package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static io.usher.e2e.TheatreCluster.printed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.example.theatre.Shows;
import com.example.theatre.Tickets;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.usher.aggregated.AggregatedApiServer;
import io.usher.apiserver.storage.file.FileStorage;
import io.usher.certs.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The sample API server behind a real kube-apiserver. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AggregatedIT {

  private static final String GROUP = "/apis/theatre.example.com/v1";
  private static final String SHOWS = GROUP + "/namespaces/default/shows";

  private static final String HAMLET =
      """
      apiVersion: theatre.example.com/v1
      kind: Show
      metadata: {name: hamlet}
      spec: {title: Hamlet, seats: 2}
      """;

  private Path work;
  private TheatreCluster cluster;
  private CertificateFiles servers;
  private AggregatedApiServer theatre;
  private Kubectl kubectl;
  private Kubectl guest;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    work = folder;
    cluster = TheatreCluster.start(work);
    servers = cluster.servers();
    kubectl = cluster.kubectl();
    guest = cluster.kubectl("guest", PlainApiServer.GUEST);
    theatre =
        AggregatedApiServer.start(
            config ->
                config
                    .address(new InetSocketAddress("0.0.0.0", 0))
                    .certificate(cluster.certificate(), cluster.key())
                    .kubeconfig(cluster.kubeconfigOfTheServer())
                    .library(
                        library ->
                            library
                                .storage(FileStorage.open(work.resolve("objects.db"), 1 << 20))
                                .resource(Shows.type(Clock.systemUTC()))
                                .resource(Tickets.type(Clock.systemUTC()))),
            System.err::println);
    cluster.register(theatre.port());
  }

  @AfterAll
  void stop() {
    if (theatre != null) {
      theatre.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private Kubectl.Output run(String... arguments) {
    return kubectl.run("", arguments);
  }

  private String assertPrints(String... arguments) {
    return printed(run(arguments));
  }

  private void inNamespace(String namespace) {
    cluster.create("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
  }

  @Test
  void kubectlWorksThroughTheAggregator() throws Exception {
    inNamespace("work");
    assertThat(assertPrints("api-resources", "--api-group=theatre.example.com", "-o", "name"))
        .isEqualTo("shows.theatre.example.com\ntickets.theatre.example.com\n");
    // kube-apiserver asks for schemas when it finds the time.
    eventually(
        () -> assertThat(assertPrints("explain", "show.spec.title")).contains("What is played."));
    cluster.create(HAMLET.replace("{name: hamlet}", "{name: hamlet, namespace: work}"));
    assertThat(assertPrints("-n", "work", "get", "shows"))
        .matches("NAME +TITLE +SEATS +SOLD +AGE\nhamlet +Hamlet +2 +\\S* +\\d+s\n");
    cluster.create(
        HAMLET
            .replace("{name: hamlet}", "{name: hamlet, namespace: work}")
            .replace("seats: 2", "seats: 3"));
    assertThat(
            assertPrints(
                "-n",
                "work",
                "get",
                "shows.v1beta1.theatre.example.com",
                "-o",
                "jsonpath={.items[*].spec}"))
        .isEqualTo("{\"capacity\":3,\"name\":\"Hamlet\"}");
    assertPrints(
        "-n",
        "work",
        "patch",
        "show",
        "hamlet",
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\": {\"sold\": 1}}");
    assertThat(assertPrints("-n", "work", "get", "show", "hamlet", "--no-headers"))
        .matches("hamlet +Hamlet +3 +1 +\\d+s\n");
    assertThat(kubectl.run(HAMLET.replace("seats: 2", "seats: 0"), "create", "-f", "-").err())
        .contains("spec.seats: Invalid value: 0: must be a number above 0");
    assertPrints("-n", "work", "delete", "shows", "--all");
    assertThat(run("-n", "work", "get", "show", "hamlet").err())
        .isEqualTo(
            "Error from server (NotFound): shows.theatre.example.com \"hamlet\" not found\n");
  }

  @Test
  void watchAndSalesAreStreamedThroughTheAggregator() throws Exception {
    inNamespace("streams");
    cluster.create(HAMLET.replace("{name: hamlet}", "{name: hamlet, namespace: streams}"));
    String shows = SHOWS.replace("default", "streams");
    try (var watch = kubectl("get", "--raw", shows + "?watch=1");
        var sales = kubectl("get", "--raw", shows + "/hamlet/sales")) {
      eventually(() -> assertThat(watch.text()).contains("\"ADDED\""));
      cluster.create(
          """
          apiVersion: theatre.example.com/v1beta1
          kind: Ticket
          metadata: {name: first, namespace: streams}
          spec: {show: hamlet, place: C7}
          """);
      eventually(
          () -> assertThat(sales.text()).isEqualTo("{\"ticket\":\"first\",\"seat\":\"C7\"}\n"));
      assertPrints("-n", "streams", "label", "show", "hamlet", "good=yes");
      eventually(() -> assertThat(watch.text()).contains("\"MODIFIED\""));
    }
  }

  /** A kubectl that runs until it is closed. */
  private Following kubectl(String... arguments) throws IOException {
    Path out = Files.createTempFile(work, "kubectl", ".out");
    var command =
        new ArrayList<>(
            List.of(
                TwoServers.assets().resolve("kubectl").toString(),
                "--kubeconfig=" + cluster.kubeconfig()));
    command.addAll(List.of(arguments));
    return new Following(
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start(),
        out);
  }

  private record Following(Process process, Path out) implements AutoCloseable {
    String text() throws IOException {
      return Files.readString(out);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      process.waitFor(30, TimeUnit.SECONDS);
    }
  }

  /** But cert-manager's, whose kinds are not there. */
  @Test
  void generatedManifestsAreTaken() throws Exception {
    Path manifests = Path.of("../webhook-sample-apiserver/src/main/kubernetes");
    for (String folder : List.of("server", "register", "flow-control")) {
      for (ObjectNode object :
          Documents.stream(manifests.resolve(folder).resolve(folder + ".yaml"))) {
        if (!object.path("apiVersion").asText().startsWith("cert-manager.io/")) {
          printed(
              kubectl.run(
                  object.toString(), "apply", "--dry-run=server", "--validate=strict", "-f", "-"));
        }
      }
    }
  }

  @Test
  void rolesOfTheClusterDecide() throws Exception {
    inNamespace("roles");
    cluster.create(HAMLET.replace("{name: hamlet}", "{name: hamlet, namespace: roles}"));
    assertThat(guest.run("", "-n", "roles", "get", "shows").err())
        .isEqualTo(
            "Error from server (Forbidden): shows.theatre.example.com is forbidden: User \"guest\""
                + " cannot list resource \"shows\" in API group \"theatre.example.com\" in the"
                + " namespace \"roles\"\n");
    assertPrints(
        "-n",
        "roles",
        "create",
        "role",
        "reader",
        "--verb=get,list,watch",
        "--resource=shows.theatre.example.com");
    assertPrints("-n", "roles", "create", "rolebinding", "reader", "--role=reader", "--user=guest");
    // What was refused is remembered for a moment, here and in kube-apiserver.
    eventually(
        () ->
            assertThat(printed(guest.run("", "-n", "roles", "get", "shows", "-o", "name")))
                .isEqualTo("show.theatre.example.com/hamlet\n"));
    assertThat(guest.run("", "-n", "roles", "delete", "show", "hamlet").err())
        .contains("User \"guest\" cannot delete resource \"shows\"");
    assertThat(
            assertPrints(
                "-n",
                "roles",
                "get",
                "shows",
                "--as=somebody",
                "--as-group=system:masters",
                "-o",
                "name"))
        .isEqualTo("show.theatre.example.com/hamlet\n");
  }

  @Test
  void callersWhoComeDirectlyProveThemselves() throws Exception {
    SSLContext plain = CertificateFiles.trusting(servers.ca());
    String[] forged = {"X-Remote-User", "root", "X-Remote-Group", "system:masters"};
    assertThat(direct(plain, GROUP, forged).statusCode()).isEqualTo(401);
    assertThat(direct(plain, GROUP, "A", "b").statusCode()).isEqualTo(401);
    assertThat(direct(plain, "/livez", "A", "b").statusCode()).isEqualTo(200);
    assertThat(direct(plain, GROUP, "Authorization", "Bearer nonsense").statusCode())
        .isEqualTo(401);
    // A token that kube-apiserver knows.
    String token = "Bearer " + PlainApiServer.ADMIN;
    assertThat(direct(plain, GROUP + "/shows", "Authorization", token).statusCode()).isEqualTo(200);
    // A client of kube-apiserver is who its certificate says, and no proxy.
    cluster.clients().issue("carol");
    HttpResponse<String> refused =
        direct(cluster.clients().showing("carol", servers.ca()), GROUP + "/shows", forged);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("User \\\"carol\\\" cannot list");
    // The proxy is believed.
    SSLContext proxy = cluster.proxies().showing("front-proxy-client", servers.ca());
    assertThat(direct(proxy, GROUP + "/shows", forged).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> direct(SSLContext tls, String path, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + theatre.port() + path))
            .headers(headers)
            .build();
    return HttpClient.newBuilder().sslContext(tls).build().send(request, BodyHandlers.ofString());
  }

  @Test
  void webhooksOfTheClusterAdmit() throws Exception {
    inNamespace("webhooks");
    HttpsServer webhook = denying();
    try {
      cluster.create(
          """
          apiVersion: admissionregistration.k8s.io/v1
          kind: ValidatingWebhookConfiguration
          metadata: {name: critic}
          webhooks:
          - name: critic.example.com
            clientConfig: {url: "https://localhost:%d/", caBundle: %s}
            rules:
            - apiGroups: [theatre.example.com]
              apiVersions: ["*"]
              operations: [CREATE]
              resources: [shows]
            namespaceSelector:
              matchLabels: {kubernetes.io/metadata.name: webhooks}
            admissionReviewVersions: [v1]
            sideEffects: None
          """
              .formatted(webhook.getAddress().getPort(), servers.caBundle()));
      String show = HAMLET.replace("{name: hamlet}", "{generateName: s-, namespace: webhooks}");
      eventually(
          () ->
              assertThat(kubectl.run(show, "create", "-f", "-").err())
                  .contains(
                      "admission webhook \"critic.example.com\" denied the request: a bad play"));
    } finally {
      webhook.stop(0);
      printed(run("delete", "validatingwebhookconfiguration", "critic", "--ignore-not-found"));
    }
  }

  private HttpsServer denying() throws IOException, GeneralSecurityException {
    HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            new TlsFiles(servers.certificate("theatre"), servers.key("theatre"), List.of())
                .load()));
    server.createContext(
        "/",
        exchange -> {
          ObjectNode review = Documents.JSON.readValue(exchange.getRequestBody(), ObjectNode.class);
          ObjectNode response = Documents.yaml("{allowed: false, status: {message: a bad play}}");
          response.set("uid", review.at("/request/uid"));
          review.remove("request");
          review.set("response", response);
          byte[] answer = review.toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void policyRefusesItsObjectsAsThoseOfABuiltInKind() {
    inNamespace("names");
    mayReadConfigMaps();
    cluster.create(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: rules, namespace: names},"
            + " data: {longest: '6'}}");
    policy(
        "Validating",
        "names",
        """
        paramKind: {apiVersion: v1, kind: ConfigMap}
        validations:
        - expression: "object.metadata.name.size() <= int(params.data.longest)"
          messageExpression: "'a name has up to ' + params.data.longest + ' letters'"
        """,
        """
        validationActions: [Deny]
        paramRef: {name: rules, parameterNotFoundAction: Deny}
        """);
    assertRefused("names", "a name has up to 6 letters");
    assertPrints("-n", "names", "delete", "configmap", "rules");
    assertRefused(
        "names",
        "failed to configure binding: no params found for policy binding with `Deny`"
            + " parameterNotFoundAction");
    assertPrints("delete", "validatingadmissionpolicy", "names");
    eventually(() -> printed(createShow(kubectl, "names")));
  }

  /** A show, and a secret with the same Status. */
  private void assertRefused(String policy, String why) {
    KubernetesApi api = cluster.kube().api();
    // A secret drops the spec.
    ObjectNode othello =
        Documents.yaml("{metadata: {name: othello}, spec: {title: Othello, seats: 2}}");
    eventually(
        () -> {
          ObjectNode show = api.create(GROUP + "/namespaces/" + policy + "/shows", othello).body();
          assertThat(show.path("message").asText())
              .isEqualTo(
                  "shows.theatre.example.com \"othello\" is forbidden: ValidatingAdmissionPolicy"
                      + " '%1$s' with binding '%1$s' denied request: %2$s".formatted(policy, why));
          ObjectNode secret =
              api.create("/api/v1/namespaces/" + policy + "/secrets", othello).body();
          assertThat(withoutKind(show, "shows.theatre.example.com"))
              .isEqualTo(withoutKind(secret, "secrets"));
        });
  }

  private static ObjectNode withoutKind(ObjectNode status, String shown) {
    ObjectNode copy = Documents.yaml(status.toString().replace(shown + " ", ""));
    copy.withObject("/details").remove(List.of("group", "kind"));
    return copy;
  }

  private static Kubectl.Output createShow(Kubectl caller, String namespace) {
    return caller.run(
        HAMLET.replace("{name: hamlet}", "{name: othello, namespace: " + namespace + "}"),
        "create",
        "-f",
        "-");
  }

  private void mayReadConfigMaps() {
    cluster.create(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: theatre-params}
        rules:
        - apiGroups: [""]
          resources: [configmaps]
          verbs: [list, watch]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: theatre-params}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: theatre-params}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: theatre-server}]
        """);
  }

  /** A policy about shows and secrets of the namespace that has its name. */
  private void policy(String phase, String name, String spec, String binding) {
    cluster.create(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: %1$sAdmissionPolicy
        metadata: {name: %2$s}
        spec:
          matchConstraints:
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %2$s}}
            resourceRules:
            - operations: [CREATE]
              apiGroups: [theatre.example.com, ""]
              apiVersions: [v1]
              resources: [shows, secrets]
        %3$s
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: %1$sAdmissionPolicyBinding
        metadata: {name: %2$s}
        spec:
          policyName: %2$s
        %4$s
        """
            .formatted(phase, name, spec.indent(2), binding.indent(2)));
  }

  @Test
  void policyChangesItsObjects() {
    inNamespace("stages");
    mayReadConfigMaps();
    cluster.create(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: house, namespace: stages},"
            + " data: {stage: main}}");
    policy(
        "Mutating",
        "stages",
        """
        paramKind: {apiVersion: v1, kind: ConfigMap}
        reinvocationPolicy: Never
        mutations:
        - patchType: ApplyConfiguration
          applyConfiguration:
            expression: "Object{metadata: Object.metadata{labels: {'stage': params.data.stage}}}"
        """,
        "paramRef: {selector: {}, parameterNotFoundAction: Deny}");
    eventually(
        () -> {
          assertPrints("-n", "stages", "delete", "show", "othello", "--ignore-not-found");
          printed(createShow(kubectl, "stages"));
          assertThat(
                  assertPrints(
                      "-n",
                      "stages",
                      "get",
                      "show",
                      "othello",
                      "-o",
                      "jsonpath={.metadata.labels}"))
              .isEqualTo("{\"stage\":\"main\"}");
        });
  }

  @Test
  void expressionsAskTheAuthorizersOfTheCluster() {
    inNamespace("directors");
    assertPrints(
        "-n",
        "directors",
        "create",
        "role",
        "author",
        "--verb=create",
        "--resource=shows.theatre.example.com");
    assertPrints(
        "-n", "directors", "create", "rolebinding", "author", "--role=author", "--user=guest");
    policy(
        "Validating",
        "directors",
        """
        validations:
        - expression: >-
            authorizer.group('theatre.example.com').resource('shows').namespace('directors')
            .check('direct').allowed()
          message: only directors create shows
        """,
        "validationActions: [Deny]");
    eventually(
        () ->
            assertThat(createShow(guest, "directors").err())
                .isEqualTo(
                    "The shows \"othello\" is invalid: : ValidatingAdmissionPolicy 'directors'"
                        + " with binding 'directors' denied request: only directors create"
                        + " shows\n"));
    printed(createShow(kubectl, "directors"));
  }

  @Test
  void controllersOfTheClusterCollectAndDelete() throws Exception {
    Path controllers = TwoServers.assets().resolve("kube-controller-manager");
    assumeThat(controllers).as("a part of the node's programs").exists();
    inNamespace("doomed");
    cluster.create(HAMLET.replace("{name: hamlet}", "{name: hamlet, namespace: doomed}"));
    cluster.create(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: owner, namespace: default}}");
    String uid = assertPrints("get", "configmap", "owner", "-o", "jsonpath={.metadata.uid}");
    cluster.create(
        HAMLET.replace(
            "{name: hamlet}",
            "{name: owned, namespace: default, ownerReferences: [{apiVersion: v1, kind: ConfigMap,"
                + " name: owner, uid: "
                + uid
                + "}]}"));
    cluster
        .kube()
        .start(
            work.resolve("kube-controller-manager.log"),
            List.of(
                controllers.toString(),
                "--kubeconfig=" + cluster.kubeconfig(),
                "--controllers=namespace-controller,garbage-collector-controller",
                "--leader-elect=false",
                "--secure-port=0"));
    assertPrints("delete", "namespace", "doomed", "--timeout=60s");
    assertThat(run("-n", "doomed", "get", "show", "hamlet").err()).contains("NotFound");
    assertPrints("delete", "configmap", "owner");
    eventually(() -> assertThat(run("get", "show", "owned").err()).contains("NotFound"));
  }
}
