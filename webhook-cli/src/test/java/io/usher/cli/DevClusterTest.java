package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DevClusterTest {

  @ParameterizedTest
  @CsvSource({
    "kind-usher, https://127.0.0.1:41233, true, host.docker.internal",
    "docker-desktop, https://kubernetes.docker.internal:6443, true, host.docker.internal",
    "k3d-dev, https://0.0.0.0:6550, true, host.k3d.internal",
    "minikube, https://192.168.49.2:8443, true, host.minikube.internal",
    "mine, https://127.0.0.1:6443, false, localhost",
    "mine, https://[::1]:6443, false, localhost",
    "prod, https://prod.example.com:6443, false, ''",
    "prod, https://localhost.example.com:6443, false, ''",
    "my-kind-of-prod, https://10.0.0.1:6443, false, ''"
  })
  void localIsWhatAToolForLocalClustersNamed(
      String context, String server, boolean local, String host) {
    var config = JsonNodeFactory.instance.objectNode().put("current-context", context);
    config.putArray("clusters").addObject().putObject("cluster").put("server", server);

    DevCluster cluster = DevCluster.of(config);

    assertThat(cluster.context()).isEqualTo(context);
    assertThat(cluster.local()).isEqualTo(local);
    assertThat(cluster.host().orElse("")).isEqualTo(host);
  }
}
