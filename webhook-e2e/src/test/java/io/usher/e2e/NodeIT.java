package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample with two replicas behind a Service, as {@code make deploy} installs it: whatever
 * happens to its Pods, a steady stream of creates goes on. Its validating webhook says {@code
 * failurePolicy: Fail}, so that a lost call is a failed create; its mutating webhook says {@code
 * Ignore}, so that a lost call is a create without the label.
 */
final class NodeIT {

  private static final String STREAM = "stream";
  private static final int LEAST = 500;
  private static final long LEAST_PER_SECOND = 50;

  /** The namespace of the Pods that are there before the Initializer, and how many they are. */
  private static final String BEFORE = "before";

  private static final int PODS = 2000;

  /** The namespace of those that are created while it runs. */
  private static final String MEANWHILE = "meanwhile";

  /** A run of twenty seconds: the default would take a hundred. */
  private static final String PACE =
      """
      - op: add
        path: /spec/template/spec/containers/0/args/-
        value: --initialize-max-per-second=100
      """;

  /** A jar in place of the image's rules; and the owner, without whom the sample denies it. */
  private static final String OWN_JAR =
      """
      - op: add
        path: /metadata/annotations
        value: {example.com/owner: gate@example.com}
      - op: add
        path: /spec/template/spec/volumes/-
        value: {name: jar, configMap: {name: gate-jar}}
      - op: add
        path: /spec/template/spec/containers/0/volumeMounts/-
        value: {name: jar, mountPath: /usher/rules}
      """;

  private static Node node;

  @BeforeAll
  static void deploy() {
    node = Node.start();
    node.deploy();
    node.kubectl("create", "namespace", STREAM);
  }

  @AfterAll
  static void stopNode() {
    if (node != null) {
      node.close();
    }
  }

  @BeforeEach
  void twoReplicas() {
    scaleTo(2);
  }

  @Test
  void rollingRestartFailsNoCreate() throws IOException {
    failsNoCreate(
        "rolling restart",
        () -> {
          labeler("rollout", "restart", "deployment/labeler");
          settled();
        });
  }

  @Test
  void deletedPodFailsNoCreate() throws IOException {
    failsNoCreate(
        "one Pod deleted",
        () -> {
          labeler("delete", pods()[0]);
          settled();
        });
  }

  @Test
  void scalingToThreeAndBackToOneFailsNoCreate() throws IOException {
    failsNoCreate(
        "scaled to 3 and back to 1",
        () -> {
          scaleTo(3);
          scaleTo(1);
        });
  }

  @Test
  void restartedKubeletFailsNoCreate() throws IOException {
    failsNoCreate(
        "kubelet restarted",
        () -> {
          String before = node.processIds("kubelet");
          node.kill("TERM", "/kubelet --config");
          Eventually.eventually(
              () -> assertThat(node.processIds("kubelet")).isNotEmpty().isNotEqualTo(before));
          Eventually.eventually(
              () ->
                  assertThat(node.kubectl("get", "--raw", "/api/v1/nodes/node/proxy/healthz"))
                      .isEqualTo("ok"));
          // it takes in what runs, and probes it anew: a readiness probe fails after 4 s
          TestNamespace.pause(Duration.ofSeconds(10));
        });
  }

  /** The one case where creates may fail: what the dead process would have answered is lost. */
  @Test
  void killedJvmIsReplaced() throws IOException {
    CreateStream stream =
        during(
            "a JVM killed with -9",
            () -> {
              String before = restarts();
              node.kill("KILL", "/usher/usher.jar serve");
              Eventually.eventually(() -> assertThat(restarts()).isNotEqualTo(before));
              settled();
            });

    assertThat(stream.failures().keySet())
        .allMatch(message -> message.contains("failed to call webhook"));
    // until the kubelet has seen it and kube-proxy has heard: a second or two, of one Pod in two
    assertThat(stream.failed()).isLessThan(stream.created() / 10);
    failsNoCreate("after that", () -> {});
    wasSteady(stream);
  }

  /**
   * The leader is killed in the middle of a run. The Pods were written while the webhook was away,
   * so that none of them has its label; those that are written meanwhile get it at once.
   */
  @Test
  void killedLeaderOfTheInitializerFailsNoCreateAndNothingIsPatchedTwice(@TempDir Path work)
      throws IOException {
    node.kubectl("create", "namespace", BEFORE);
    node.kubectl("create", "namespace", MEANWHILE);
    node.kubectl("delete", "mutatingwebhookconfiguration", "labeler");
    Eventually.eventually(() -> assertThat(isLabelled()).isFalse());
    createPods(work);
    node.register();
    Eventually.eventually(() -> assertThat(isLabelled()).isTrue());
    var controller = new NodeController(node, "labeler");
    controller.holdBack(work);
    controller.apply(
        work,
        Path.of(System.getProperty("usher.e2e.sample")).resolve("target"),
        PACE,
        "--initialize");
    controller.awaitAvailable();

    CreateStream stream =
        during(
            "the leader of the Initializer killed with -9",
            node.stream(MEANWHILE, LEAST, "--stored"),
            () -> {
              controller.letLead();
              Eventually.eventually(() -> assertThat(labelledPods()).isBetween(100, PODS - 100));
              String leader = controller.leader();
              controller.kill(leader);
              assertThat(labelledPods()).isLessThan(PODS);
              Eventually.eventually(
                  () -> assertThat(controller.leader()).isNotEmpty().isNotEqualTo(leader));
              Eventually.eventually(() -> assertThat(labelledPods()).isEqualTo(PODS));
              controller.awaitAvailable();
            });

    controller.end();
    ServiceAccountRequests requests = controller.requests();
    assertThat(requests.patched("pods"))
        .hasSize(PODS)
        .allSatisfy((pod, times) -> assertThat(times).as(pod).isOne())
        .allSatisfy((pod, times) -> assertThat(pod).startsWith(BEFORE + "/"));
    assertThat(requests.forbidden()).isEmpty();
    assertThat(stream.failures()).isEmpty();
    assertThat(stream.labelled()).isEqualTo(stream.created());
    wasSteady(stream);
  }

  private static void createPods(Path work) throws IOException {
    var pods = new StringBuilder();
    for (int i = 0; i < PODS; i++) {
      ObjectNode pod = Documents.pod("pod-" + i);
      pod.withObject("/spec").put("schedulerName", "none");
      pods.append(pod).append("\n---\n");
    }
    Path file = Files.writeString(work.resolve("pods.yaml"), pods);
    node.kubectl("create", "-n", BEFORE, "-f", file.toString());
  }

  /** Whether a Pod that is created now gets the sample's label. */
  private static boolean isLabelled() {
    return node.kubectl(
            "run",
            "probe",
            "-n",
            BEFORE,
            "--image=localhost/a:1",
            "--dry-run=server",
            "-o",
            "jsonpath={.metadata.labels}")
        .contains("managed-by");
  }

  private static int labelledPods() {
    String pods =
        "/api/v1/namespaces/" + BEFORE + "/pods?labelSelector=app.kubernetes.io/managed-by";
    return Documents.json(node.kubectl("get", "--raw", pods)).path("items").size();
  }

  /** Handlers and rules of a controller ask the kubelet, as its generated manifests allow it. */
  @Test
  void controllerIsAvailableAndItsRulesSeeWhatTheKubeletSays(@TempDir Path work)
      throws IOException {
    Path jar = RuleJar.write(work.resolve("rules.jar"), NodeRules.class);
    node.kubectl("create", "namespace", NodeRules.NAMESPACE);
    node.kubectl("create", "namespace", "gate-system");
    node.kubectl(
        "label", "namespace", "gate-system", "pod-security.kubernetes.io/enforce=restricted");
    node.kubectl("create", "configmap", "gate-jar", "-n", "gate-system", "--from-file=" + jar);
    createMaps("before");
    var controller = new NodeController(node, "gate");

    controller.apply(work, jar, OWN_JAR, "--initialize");

    controller.awaitAvailable();
    createMaps("after");
    String configuration = node.kubectl("get", "--raw", "/api/v1/nodes/node/proxy/configz");
    for (String map : List.of("handled-before", "ruled-before", "handled-after", "ruled-after")) {
      Eventually.eventually(() -> assertThat(told(map)).as(map).isEqualTo(configuration));
    }
    for (String map : List.of("handled-before", "handled-after")) {
      Eventually.eventually(() -> assertThat(events(map)).as(map).contains("Told"));
    }
    controller.end();
    ServiceAccountRequests requests = controller.requests();
    assertThat(requests.forbidden()).isEmpty();
    assertThat(requests.answered("get", "nodes/proxy")).isNotEmpty();
  }

  private static void createMaps(String when) {
    for (String kind : List.of("handled-", "ruled-")) {
      node.kubectl("create", "configmap", kind + when, "-n", NodeRules.NAMESPACE);
    }
  }

  private static String told(String map) {
    return node.kubectl(
        "get",
        "configmap",
        map,
        "-n",
        NodeRules.NAMESPACE,
        "-o",
        "jsonpath={.data." + NodeRules.CONFIGURATION + "}");
  }

  private static String events(String map) {
    return node.kubectl(
        "get",
        "events",
        "-n",
        NodeRules.NAMESPACE,
        "--field-selector=involvedObject.name=" + map,
        "-o",
        "jsonpath={.items[*].reason}");
  }

  private static void failsNoCreate(String what, Runnable happening) throws IOException {
    CreateStream stream = during(what, happening);

    assertThat(stream.failures()).isEmpty();
    assertThat(stream.labelled()).isEqualTo(stream.created());
    wasSteady(stream);
  }

  /** A machine that is too busy for it is no failure of the server. */
  private static void wasSteady(CreateStream stream) {
    assumeTrue(
        stream.perSecond() >= LEAST_PER_SECOND,
        () ->
            "no failure, but this machine carried only "
                + stream.perSecond()
                + " creates a second");
  }

  private static CreateStream during(String what, Runnable happening) throws IOException {
    return during(what, node.stream(STREAM, LEAST), happening);
  }

  private static CreateStream during(String what, Process creates, Runnable happening)
      throws IOException {
    CreateStream stream = CreateStream.during(creates, happening);
    System.out.println("node: " + what + ": " + stream.report());
    assertThat(stream.created()).isGreaterThanOrEqualTo(LEAST);
    return stream;
  }

  private static void scaleTo(int replicas) {
    labeler("scale", "deployment/labeler", "--replicas=" + replicas);
    settled();
    assertThat(pods()).hasSize(replicas);
  }

  /** Waits until all Pods are as the Deployment wants them, and none is on its way out. */
  private static void settled() {
    labeler("rollout", "status", "deployment/labeler", "--timeout=180s");
    Eventually.eventually(() -> assertThat(each("metadata.deletionTimestamp")).isEmpty());
  }

  private static String[] pods() {
    return labeler("get", "pods", "-o", "name").split("\n");
  }

  private static String restarts() {
    return each("status.containerStatuses[0].restartCount");
  }

  /** The values of this field in all Pods that have it. */
  private static String each(String field) {
    return labeler("get", "pods", "-o", "jsonpath={.items[*]." + field + "}");
  }

  private static String labeler(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "-n";
    all[1] = "labeler-system";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return node.kubectl(all);
  }
}
