package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Decisions and rules of two servers, as kubectl gets them through kube-apiserver. The first server
 * mutates, the second validates.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecisionsIT {

  private static final Path MANIFESTS = Path.of("../manifests");

  /** Of the APIService's Service, and of the webhooks' URLs. */
  private static final String[] HOSTS = {"labeler.labeler-system.svc", "localhost"};

  private static final String PAGE = "decisions.md";

  private final Path assets = Path.of(System.getProperty("usher.e2e.assets"));

  private Path work;
  private PlainApiServer kube;
  private UsherProcess first;
  private UsherProcess second;
  private Kubectl kubectl;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    work = folder;
    kube = Aggregation.create(work).start(assets, work);
    kubectl =
        new Kubectl(
            assets.resolve("kubectl"),
            Files.writeString(work.resolve("admin.kubeconfig"), kube.kubeconfig()));
    create("{apiVersion: v1, kind: Namespace, metadata: {name: labeler-system}}");
    for (String kind : List.of("clusterrolebinding", "clusterrole", "role", "rolebinding")) {
      // The server is user guest, as a ServiceAccount's token would need a controller to be made.
      create(
          Files.readString(MANIFESTS.resolve("components/api/" + kind + ".yaml"))
              .replace(
                  "- kind: ServiceAccount\n  name: labeler\n  namespace: labeler-system",
                  "- kind: User\n  apiGroup: rbac.authorization.k8s.io\n  name: guest"));
    }
    var certificates = new CertificateFiles(work.resolve("servers"), "labeler-ca");
    var launcher =
        new UsherProcess.Launcher(
            Path.of(System.getProperty("usher.e2e.server")),
            Path.of(System.getProperty("usher.e2e.sample")).resolve("target"),
            work,
            certificates);
    int firstPort = UsherProcess.freePort();
    first = start(launcher, "labeler-1", firstPort);
    int secondPort = UsherProcess.freePort();
    second = start(launcher, "labeler-2", secondPort);
    create(
        resource("decisions.yaml")
            .replace("ADDRESS", TheatreCluster.ownAddress())
            .replace("PORT1", Integer.toString(firstPort))
            .replace("PORT2", Integer.toString(secondPort))
            .replace("REVIEWS1", Integer.toString(first.port()))
            .replace("REVIEWS2", Integer.toString(second.port()))
            .replace("BUNDLE", certificates.caBundle()));
    ObjectNode apiService =
        Documents.yaml(Files.readString(MANIFESTS.resolve("api/apiservice.yaml")));
    apiService.withObject("/spec").put("caBundle", certificates.caBundle());
    create(apiService.toString());
    assertPrints(
        "wait", "--for=condition=Available", "--timeout=90s", "apiservice/v1.admission.usher.io");
    // Discovery follows a moment later, and the replicas find each other.
    eventually(
        () ->
            assertThat(assertPrints("get", "rules", "-o", "jsonpath={.items[0].replicas[*].name}"))
                .isEqualTo("labeler-1 labeler-2"));
  }

  private UsherProcess start(UsherProcess.Launcher launcher, String replica, int apiPort)
      throws IOException {
    Path kubeconfig =
        Files.writeString(
            work.resolve(replica + ".kubeconfig"), kube.kubeconfig(PlainApiServer.GUEST));
    return launcher.start(
        replica,
        HOSTS,
        UsherProcess.freePort(),
        List.of(
            "--api=true",
            "--api-port=" + apiPort,
            "--api-service=labeler-system/labeler",
            "--api-replica=" + replica,
            "--kubeconfig=" + kubeconfig));
  }

  @AfterAll
  void stop() {
    for (UsherProcess each : new UsherProcess[] {first, second}) {
      if (each != null) {
        each.close();
      }
    }
    if (kube != null) {
      kube.close();
    }
  }

  private static String resource(String name) throws IOException {
    try (var in = DecisionsIT.class.getResourceAsStream(name)) {
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

  /** The webhooks' caches may be a moment behind their configurations. */
  private void reject(String namespace, String name) {
    eventually(
        () ->
            assertThat(
                    run(
                            "-n",
                            namespace,
                            "create",
                            "deployment",
                            name,
                            "--image=web:1",
                            "--dry-run=server")
                        .err())
                .contains("every Deployment names who to call"));
  }

  /** What a list prints of an object, when every replica has answered. */
  private List<String> lines(String object, String... arguments) {
    List<String> lines =
        assertPrints(arguments).lines().filter(each -> each.contains(object)).toList();
    assertThat(lines).isNotEmpty();
    return lines;
  }

  /**
   * A user makes what is decided, and then reads: again and again, as long as a replica may be too
   * busy to answer the other.
   */
  @Test
  void commandsPrintWhatThePageSays(@TempDir Path home) throws IOException {
    inNamespace("warm");
    reject("warm", "web");
    Files.createDirectories(home.resolve(".kube"));
    Files.writeString(home.resolve(".kube/config"), kube.kubeconfig());
    String page = Files.readString(PagesIT.DOCS.resolve(PAGE));
    int reads = page.indexOf("```console", page.indexOf("```console") + 1);
    String made = page.substring(0, reads);
    String read = page.substring(reads);
    try (var transcript = new Transcript(home, assets + ":" + System.getenv("PATH"))) {
      PagesIT.requireSame(PAGE, made, transcript.run(made));
      eventually(() -> PagesIT.requireSame(PAGE, read, transcript.run(read)));
    }
  }

  @Test
  void kubectlGetsDecisionsOfAllReplicas() {
    inNamespace("gathered");
    reject("gathered", "ledger");

    eventually(
        () ->
            assertThat(
                    lines(
                        "ledger",
                        "-n",
                        "gathered",
                        "get",
                        "decisions",
                        "--field-selector=decision=deny"))
                .allSatisfy(
                    line ->
                        assertThat(line)
                            .matches(
                                "\\S+ +deny +CREATE +deployments\\.apps/ledger"
                                    + " +Ownership\\.requireOwner +every Deployment names who to"
                                    + " call.* +\\d+s")));
    eventually(
        () ->
            assertThat(
                    lines(
                        "ledger",
                        "get",
                        "decisions",
                        "-A",
                        "-o",
                        "wide",
                        "--field-selector=rule=Labeling.labelDeployment"))
                .allSatisfy(line -> assertThat(line).contains("mutate").contains("labeler-1")));
    String described =
        assertPrints("-n", "gathered", "describe", "decisions", "--show-events=false");
    assertThat(described)
        .contains("Rule:         Ownership.requireOwner")
        .containsPattern("Replica: +labeler-2")
        .containsPattern("Path: +/metadata/labels");
    assertThat(run("-n", "gathered", "delete", "decisions", "--all").err())
        .contains("the server does not allow this method on the requested resource");
    // kube-apiserver asks for schemas when it finds the time.
    eventually(
        () ->
            assertThat(assertPrints("explain", "decision.request.user"))
                .contains("Who made the request."));
  }

  @Test
  void watchTellsOfDecisionsAsTheyCome() throws Exception {
    inNamespace("watched");
    Path out = work.resolve("watch.out");
    Process watch =
        new ProcessBuilder(
                assets.resolve("kubectl").toString(),
                "--kubeconfig=" + work.resolve("admin.kubeconfig"),
                "-n",
                "watched",
                "get",
                "decisions",
                "-w")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      reject("watched", "seen");
      eventually(
          () ->
              assertThat(Files.readString(out))
                  .contains("mutate")
                  .contains("deny")
                  .contains("deployments.apps/seen"));
    } finally {
      watch.destroy();
      watch.waitFor(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void rulesTellWhatTheyDid() {
    inNamespace("counted");
    reject("counted", "web");
    eventually(
        () ->
            assertThat(
                    assertPrints(
                        "get",
                        "rules",
                        "labeler.example.com:Ownership.requireOwner",
                        "--no-headers"))
                .matches(
                    "labeler\\.example\\.com:Ownership\\.requireOwner +[1-9]\\d* +0 +[1-9]\\d* +0"
                        + " +[\\d.]+ms +[\\d.]+ms +closed\n"));
    assertThat(
            assertPrints(
                "get",
                "rules",
                "labeler.example.com:Ownership.requireOwner",
                "-o",
                "jsonpath={.jar} {.digest}"))
        .matches("webhook-sample-labeler\\S*\\.jar sha256:[0-9a-f]{64}");
  }

  @Test
  void rolesOfTheClusterDecideWhoReads() {
    inNamespace("private");
    inNamespace("team");
    reject("team", "web");
    String[] list = {"-n", "team", "get", "decisions", "--as=dev"};
    assertThat(run(list).err())
        .contains(
            "User \"dev\" cannot list resource \"decisions\" in API group"
                + " \"admission.usher.io\" in the namespace \"team\"");
    assertPrints(
        "-n",
        "team",
        "create",
        "rolebinding",
        "decisions",
        "--clusterrole=labeler-decisions-reader",
        "--user=dev");
    // What was refused is remembered for a moment, here and in kube-apiserver.
    eventually(() -> assertThat(printed(run(list))).contains("deployments.apps/web"));
    assertThat(run("-n", "private", "get", "decisions", "--as=dev").err()).contains("Forbidden");
    assertThat(run("get", "rules", "--as=dev").err()).contains("Forbidden");
  }

  @Test
  void replicaThatDoesNotAnswerIsNamed() {
    inNamespace("partly");
    reject("partly", "web");
    String slice =
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: labeler-3
          namespace: labeler-system
          labels: {kubernetes.io/service-name: labeler}
        addressType: IPv4
        ports: [{name: api, port: 1}]
        endpoints:
        - addresses: [192.0.2.1]
          conditions: {ready: false}
          targetRef: {kind: Pod, namespace: labeler-system, name: labeler-3}
        """;
    create(slice);
    try {
      eventually(
          () -> {
            Kubectl.Output output = run("-n", "partly", "get", "decisions");
            assertThat(output.err())
                .contains("Warning: replica labeler-3 did not answer")
                .doesNotContain("labeler-1")
                .doesNotContain("labeler-2");
            assertThat(printed(output)).contains("deny").contains("mutate");
          });
    } finally {
      printed(kubectl.run(slice, "delete", "-f", "-"));
    }
  }
}
