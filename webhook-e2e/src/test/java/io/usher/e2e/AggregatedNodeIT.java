package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.usher.e2e.NodeSteps.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample API server with two replicas on etcd, as {@code make deploy SAMPLE=apiserver} installs
 * it behind the node's kube-apiserver and beside its controllers.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AggregatedNodeIT {

  private static final String SPACE = "theatre-system";
  private static final String SHOWS = "/apis/theatre.example.com/v1/shows";

  /** A stream of half a minute, at 20 requests a second. */
  private static final int LEAST = 300;

  @TempDir private static Path work;
  private static Node node;

  @BeforeAll
  static void deploy() {
    node = Node.start();
    node.deployApiServer();
  }

  @AfterAll
  static void stopNode() {
    if (node != null) {
      node.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> kubectlPrintsWhatIsExpected() throws IOException {
    awaitDiscovery();
    node.kubectl("create", "namespace", "steps");
    var steps =
        new NodeSteps(
            node, "aggregated-steps.txt", Files.createDirectory(work.resolve("steps")), "steps");
    if (Boolean.getBoolean("usher.golden.update")) {
      steps.update();
      return Stream.empty();
    }
    assertThat(steps.all()).hasSizeGreaterThanOrEqualTo(60);
    return steps.all().stream()
        .map(step -> DynamicTest.dynamicTest(step.command(), () -> compare(steps, step)));
  }

  private static void compare(NodeSteps steps, Step step) {
    assertThat(steps.print(step.command())).isEqualTo(step.expected());
  }

  @Test
  void controllersOfTheClusterCollectAndDelete() {
    node.kubectl("create", "namespace", "doomed");
    node.kubectl("create", "configmap", "owner");
    String uid = node.kubectl("get", "configmap", "owner", "-o", "jsonpath={.metadata.uid}");
    createShow("doomed", "hamlet", "");
    createShow(
        "default",
        "owned",
        "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner, uid: " + uid + "}]");

    node.kubectl("delete", "namespace", "doomed", "--timeout=120s");
    node.kubectl("delete", "configmap", "owner");

    assertThat(node.kubectl("get", "--raw", SHOWS)).doesNotContain("\"doomed\"");
    eventually(
        () -> assertThat(node.kubectl("get", "shows", "-o", "name")).doesNotContain("owned"));
  }

  private static void createShow(String namespace, String name, String metadata) {
    String show =
        """
        apiVersion: theatre.example.com/v1
        kind: Show
        metadata: {name: %s, namespace: %s, %s}
        spec: {title: Hamlet, seats: 2}
        """
            .formatted(name, namespace, metadata);
    try {
      Path file = Files.writeString(work.resolve(name + ".yaml"), show);
      node.kubectl("create", "-f", file.toString());
    } catch (IOException e) {
      throw new IllegalStateException("write a show", e);
    }
  }

  @Test
  void rollingRestartFailsNoRequest() throws IOException {
    CreateStream stream =
        CreateStream.during(
            node.stream("default", LEAST, "--shows"),
            () -> {
              theatre("rollout", "restart", "deployment/theatre");
              theatre("rollout", "status", "deployment/theatre", "--timeout=180s");
              eventually(() -> assertThat(replicas()).hasSize(2));
            });

    System.out.println("node: the API server rolled out: " + stream.report());
    assertThat(stream.failures()).isEmpty();
    assumeTrue(
        stream.perSecond() >= 18,
        () -> "no failure, but this machine carried only " + stream.perSecond() + " a second");
  }

  /** What docs/aggregation.md says of it. */
  @Test
  void withoutReplicasNamespacesStayUntilOneIsBack() {
    node.kubectl("create", "namespace", "kept");
    scaleTo(0);

    assertThat(node.run(work, "kubectl", "get", "--raw", SHOWS).text())
        .contains("the server is currently unable to handle the request");
    eventually(() -> assertThat(available()).isEqualTo("False MissingEndpoints"));
    node.kubectl("create", "configmap", "other");
    node.kubectl("delete", "namespace", "kept", "--wait=false");
    eventually(
        () ->
            assertThat(
                    node.kubectl("get", "namespace", "kept", "-o", "jsonpath={.status.conditions}"))
                .contains("\"status\":\"True\""));

    Instant up = Instant.now();
    scaleTo(2);
    eventually(() -> node.kubectl("get", "--raw", SHOWS));
    Duration served = Duration.between(up, Instant.now());
    eventually(() -> assertThat(namespaces()).doesNotContain("kept"));
    System.out.printf(
        "node: the API server was away: requests after %d s, namespaces after %d s%n",
        served.toSeconds(), Duration.between(up, Instant.now()).toSeconds());
    eventually(() -> assertThat(available()).startsWith("True"));
    awaitDiscovery();
  }

  /** kube-apiserver asks for groups and schemas when it finds the time. */
  private static void awaitDiscovery() {
    eventually(
        () ->
            assertThat(node.kubectl("api-versions"))
                .contains("theatre.example.com/v1\n", "theatre.example.com/v1beta1"));
    eventually(() -> node.kubectl("explain", "ticket.spec.seat"));
    eventually(
        () -> node.kubectl("explain", "show.spec", "--api-version=theatre.example.com/v1beta1"));
  }

  private static String available() {
    return node.kubectl(
        "get",
        "apiservice",
        "v1.theatre.example.com",
        "-o",
        "jsonpath={.status.conditions[0].status} {.status.conditions[0].reason}");
  }

  private static String namespaces() {
    return node.kubectl("get", "namespaces", "-o", "name");
  }

  /** The last test: nothing is there after it. */
  @Test
  @Order(Integer.MAX_VALUE)
  void undeployWorksWithoutReplicas() {
    node.kubectl("create", "namespace", "after");
    scaleTo(0);

    node.undeployApiServer();

    assertThat(namespaces()).doesNotContain("theatre");
    assertThat(node.kubectl("get", "apiservices", "-o", "name")).doesNotContain("theatre");
    node.kubectl("delete", "namespace", "after", "--timeout=120s");
  }

  private static void scaleTo(int replicas) {
    theatre("scale", "deployment/theatre", "--replicas=" + replicas);
    eventually(() -> assertThat(replicas()).hasSize(replicas));
  }

  private static String[] replicas() {
    String pods =
        theatre("get", "pods", "-l", "app.kubernetes.io/name=theatre", "-o", "name").strip();
    return pods.isEmpty() ? new String[0] : pods.split("\n");
  }

  private static String theatre(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "-n";
    all[1] = SPACE;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return node.kubectl(all);
  }
}
