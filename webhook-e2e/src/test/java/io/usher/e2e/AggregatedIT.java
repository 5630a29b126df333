package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
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
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
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

  private static final String SERVICE = "theatre.theatre-system.svc";
  private static final String GROUP = "/apis/theatre.example.com/v1";
  private static final String SHOWS = GROUP + "/namespaces/default/shows";

  private static final String HAMLET =
      """
      apiVersion: theatre.example.com/v1
      kind: Show
      metadata: {name: hamlet}
      spec: {title: Hamlet, seats: 2}
      """;

  private final Path assets = Path.of(System.getProperty("usher.e2e.assets"));

  private Path work;
  private CertificateFiles proxies;
  private CertificateFiles clients;
  private CertificateFiles servers;
  private PlainApiServer kube;
  private AggregatedApiServer theatre;
  private Kubectl kubectl;
  private Kubectl guest;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    work = folder;
    var aggregation = Aggregation.create(work);
    proxies = aggregation.proxies();
    clients = aggregation.clients();
    clients.issue("theatre-server");
    clients.issue("carol");
    servers = new CertificateFiles(work.resolve("servers"), "theatre-ca");
    servers.issue("theatre", SERVICE, "localhost");
    kube = aggregation.start(assets, work);
    kubectl = kubectl("admin", kube.kubeconfig());
    guest = kubectl("guest", kube.kubeconfig().replace(PlainApiServer.ADMIN, PlainApiServer.GUEST));
    create(resource("aggregated-rbac.yaml"));
    theatre =
        AggregatedApiServer.start(
            config ->
                config
                    .address(new InetSocketAddress("0.0.0.0", 0))
                    .certificate(servers.certificate("theatre"), servers.key("theatre"))
                    .kubeconfig(kubeconfigOfTheServer())
                    .library(
                        library ->
                            library
                                .storage(FileStorage.open(work.resolve("objects.db"), 1 << 20))
                                .resource(Shows.type(Clock.systemUTC()))
                                .resource(Tickets.type(Clock.systemUTC()))),
            System.err::println);
    create(
        resource("aggregated-service.yaml")
            .replace("ADDRESS", ownAddress())
            .replace("PORT", Integer.toString(theatre.port()))
            .replace("BUNDLE", servers.caBundle()));
    for (String version : List.of("v1", "v1beta1")) {
      assertPrints(
          "wait",
          "--for=condition=Available",
          "--timeout=60s",
          "apiservice/" + version + ".theatre.example.com");
    }
    // Discovery follows a moment later.
    eventually(() -> assertThat(run("get", "shows").exitCode()).isZero());
  }

  @AfterAll
  void stop() {
    if (theatre != null) {
      theatre.close();
    }
    if (kube != null) {
      kube.close();
    }
  }

  private Kubectl kubectl(String name, String kubeconfig) throws IOException {
    return new Kubectl(
        assets.resolve("kubectl"),
        Files.writeString(work.resolve(name + ".kubeconfig"), kubeconfig));
  }

  /** By a certificate, as its ServiceAccount's token would need a controller to be made. */
  private Path kubeconfigOfTheServer() {
    try {
      String user =
          "client-certificate: "
              + clients.certificate("theatre-server")
              + "\n    client-key: "
              + clients.key("theatre-server");
      return Files.writeString(
          work.resolve("theatre.kubeconfig"),
          kube.kubeconfig().replaceFirst("user: \\{token: [^}]*}", "user:\n    " + user));
    } catch (IOException e) {
      throw new IllegalStateException("write the kubeconfig of the server", e);
    }
  }

  /** Kubernetes takes no loopback address for an endpoint. */
  static String ownAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElseThrow(() -> new IOException("the machine has no address but those of loopback"));
  }

  private static String resource(String name) throws IOException {
    try (var in = AggregatedIT.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Kubectl.Output run(String... arguments) {
    return kubectl.run("", arguments);
  }

  private String assertPrints(String... arguments) {
    return printed(run(arguments));
  }

  private static String printed(Kubectl.Output output) {
    assertThat(output.exitCode()).as(output.out() + output.err()).isZero();
    return output.out();
  }

  private void create(String yaml) {
    printed(kubectl.run(yaml, "apply", "-f", "-"));
  }

  private void inNamespace(String namespace) {
    create("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
  }

  @Test
  void kubectlWorksThroughTheAggregator() throws Exception {
    inNamespace("work");
    assertThat(assertPrints("api-resources", "--api-group=theatre.example.com", "-o", "name"))
        .isEqualTo("shows.theatre.example.com\ntickets.theatre.example.com\n");
    // kube-apiserver asks for schemas when it finds the time.
    eventually(
        () -> assertThat(assertPrints("explain", "show.spec.title")).contains("What is played."));
    create(HAMLET.replace("{name: hamlet}", "{name: hamlet, namespace: work}"));
    assertThat(assertPrints("-n", "work", "get", "shows"))
        .matches("NAME +TITLE +SEATS +SOLD +AGE\nhamlet +Hamlet +2 +\\S* +\\d+s\n");
    create(
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
    create(HAMLET.replace("{name: hamlet}", "{name: hamlet, namespace: streams}"));
    String shows = SHOWS.replace("default", "streams");
    try (var watch = kubectl("get", "--raw", shows + "?watch=1");
        var sales = kubectl("get", "--raw", shows + "/hamlet/sales")) {
      eventually(() -> assertThat(watch.text()).contains("\"ADDED\""));
      create(
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
                assets.resolve("kubectl").toString(),
                "--kubeconfig=" + work.resolve("admin.kubeconfig")));
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
    create(HAMLET.replace("{name: hamlet}", "{name: hamlet, namespace: roles}"));
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
    HttpResponse<String> refused =
        direct(clients.showing("carol", servers.ca()), GROUP + "/shows", forged);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("User \\\"carol\\\" cannot list");
    // The proxy is believed.
    SSLContext proxy = proxies.showing("front-proxy-client", servers.ca());
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
      create(
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
  void controllersOfTheClusterCollectAndDelete() throws Exception {
    Path controllers = assets.resolve("kube-controller-manager");
    assumeThat(controllers).as("a part of the node's programs").exists();
    inNamespace("doomed");
    create(HAMLET.replace("{name: hamlet}", "{name: hamlet, namespace: doomed}"));
    create("{apiVersion: v1, kind: ConfigMap, metadata: {name: owner, namespace: default}}");
    String uid = assertPrints("get", "configmap", "owner", "-o", "jsonpath={.metadata.uid}");
    create(
        HAMLET.replace(
            "{name: hamlet}",
            "{name: owned, namespace: default, ownerReferences: [{apiVersion: v1, kind: ConfigMap,"
                + " name: owner, uid: "
                + uid
                + "}]}"));
    kube.start(
        work.resolve("kube-controller-manager.log"),
        List.of(
            controllers.toString(),
            "--kubeconfig=" + work.resolve("admin.kubeconfig"),
            "--controllers=namespace-controller,garbage-collector-controller",
            "--leader-elect=false",
            "--secure-port=0"));
    assertPrints("delete", "namespace", "doomed", "--timeout=60s");
    assertThat(run("-n", "doomed", "get", "show", "hamlet").err()).contains("NotFound");
    assertPrints("delete", "configmap", "owner");
    eventually(() -> assertThat(run("get", "show", "owned").err()).contains("NotFound"));
  }
}
