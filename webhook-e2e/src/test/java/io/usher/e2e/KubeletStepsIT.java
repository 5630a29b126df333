package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.e2e.Kubectl.Output;
import io.usher.e2e.TwoServers.Both;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs, commands and ports of Pods are the same through {@code usher apiserver} and through
 * kube-apiserver, from one kubelet that has the streams of the real one.
 */
class KubeletStepsIT {

  @TempDir private static Path work;
  private static Process kubelet;
  private static TwoServers servers;
  private static KubectlSteps steps;

  @BeforeAll
  static void start() throws IOException {
    String program = System.getProperty("usher.e2e.kubelet", "");
    assumeFalse(program.isEmpty(), "tools/kube/program.sh has built no kubelet: Go is missing");
    String address = FakeKubelet.address().getHostAddress();
    var certificates = new CertificateFiles(work.resolve("certificates"), "kubelet-ca");
    certificates.issue("kubelet", address);
    certificates.issue("client", "kube-apiserver");
    kubelet =
        new ProcessBuilder(
                program,
                address,
                certificates.certificate("kubelet").toString(),
                certificates.key("kubelet").toString(),
                certificates.ca().toString())
            .redirectError(work.resolve("kubelet.log").toFile())
            .start();
    String port = kubelet.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(port).as(Files.readString(work.resolve("kubelet.log"))).isNotNull();
    servers =
        new TwoServers(
            Files.createDirectory(work.resolve("servers")),
            "--kubelet-client-certificate=" + certificates.certificate("client"),
            "--kubelet-client-key=" + certificates.key("client"),
            "--kubelet-certificate-authority=" + certificates.ca(),
            "--kubelet-preferred-address-types=InternalIP");
    ObjectNode node =
        Documents.yaml(
            """
            apiVersion: v1
            kind: Node
            metadata: {name: steps-node}
            status:
              addresses: [{type: InternalIP, address: %s}]
              daemonEndpoints: {kubeletEndpoint: {Port: %s}}
              declaredFeatures: [ExtendWebSocketsToKubelet]
            """
                .formatted(address, port));
    for (KubernetesApi api : servers.apis()) {
      api.create("/api/v1/nodes", node).accepted();
    }
    steps = new KubectlSteps("kubelet-steps.txt", servers, work);
  }

  @AfterAll
  static void stop() {
    if (servers != null) {
      servers.close();
    }
    if (kubelet != null) {
      kubelet.destroy();
    }
  }

  @TestFactory
  Stream<DynamicTest> kubectlPrintsTheSame() {
    return steps.all().stream().map(step -> DynamicTest.dynamicTest(step, () -> compare(step)));
  }

  private static void compare(String step) {
    Both<Output> printed = steps.run(step);
    assertThat(printed.own()).isEqualTo(printed.real());
    if (List.of("kubectl logs web", "kubectl exec web -- ls -l /").contains(step)) {
      // Both could fail in the same way.
      assertThat(printed.own().exitCode()).as(printed.own().err()).isZero();
    }
  }
}
