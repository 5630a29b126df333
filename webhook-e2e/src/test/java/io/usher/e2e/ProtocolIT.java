package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which HTTP the API server speaks: over a Service as in a cluster, over a loopback URL not. */
@ExtendWith(ClusterExtension.class)
final class ProtocolIT {

  private static final String DENY = "deny-unwanted.e2e.usher.io";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final UsherProcess.Launcher launcher;

  ProtocolIT(TestNamespace namespace, KubernetesApi api, UsherProcess.Launcher launcher) {
    this.namespace = namespace;
    this.api = api;
    this.launcher = launcher;
  }

  @Test
  void serviceIsCalledOverHttp11() throws IOException {
    assertThat(offersHttp2(false)).isFalse();
  }

  @Test
  void loopbackUrlIsCalledOverHttp2() throws IOException {
    assertThat(offersHttp2(true)).isTrue();
  }

  private boolean offersHttp2(boolean byUrl) throws IOException {
    try (var usher = launcher.start("protocol-" + byUrl);
        var relay = new HandshakeRelay(usher.port())) {
      namespace.register(
          namespace
              .validating(usher)
              .webhook(
                  DENY,
                  "CREATE /v1/configmaps",
                  webhook -> {
                    var client = webhook.withObject("/clientConfig");
                    if (byUrl) {
                      client.remove("service");
                      client.put("url", "https://localhost:" + relay.port() + "/validate/" + DENY);
                    } else {
                      client.withObject("/service").put("port", relay.port());
                    }
                  }));

      String configMaps = namespace.path("v1", "configmaps");
      api.create(configMaps, configMap("wanted")).accepted();
      api.create(configMaps, configMap("unwanted", "key", "unwanted")).refused(403);
      return relay.sawHttp2Offered();
    }
  }
}
