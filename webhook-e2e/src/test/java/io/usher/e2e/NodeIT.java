package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
              node.kill("KILL", "/usher/usher.jar");
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
    CreateStream stream = CreateStream.during(node.stream(STREAM, LEAST), happening);
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
