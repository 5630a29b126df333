package io.usher.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The manifests of {@code webhook-sample-apiserver} are what is generated for it; {@code
 * -Dusher.golden.update=true} writes them.
 */
final class AggregatedManifestsTest {

  private static final Path COMMITTED =
      Path.of("..", "webhook-sample-apiserver", "src", "main", "kubernetes");

  private static final Installation INSTALLATION =
      new Installation("theatre", "theatre-system", "localhost/theatre:0.1.0");

  private static ManifestFiles generate(String group, String... versions) {
    return AggregatedManifests.generate(INSTALLATION, group, List.of(versions));
  }

  @Test
  void committedManifestsAreWhatIsGenerated() throws IOException {
    ManifestFiles files = generate("theatre.example.com", "v1", "v1beta1");
    if (Boolean.getBoolean("usher.golden.update")) {
      files.writeTo(COMMITTED);
    }

    assertThat(files.differencesFrom(COMMITTED)).isEmpty();
  }

  @Test
  void apiServicesAreInAFolderOfTheirOwnThePreferredFirst() {
    var files = generate("example.com", "v2", "v1").contents();

    assertThat(files.get("register/register.yaml"))
        .containsSubsequence(
            "name: v2.example.com",
            "version: v2",
            "versionPriority: 20",
            "name: v1.example.com",
            "versionPriority: 10")
        .contains("cert-manager.io/inject-ca-from: theatre-system/theatre-tls")
        .doesNotContain("insecureSkipTLSVerify");
    assertThat(files.get("server/server.yaml"))
        .doesNotContain("kind: APIService")
        .contains("name: system:auth-delegator", "name: extension-apiserver-authentication-reader");
  }

  @Test
  void serverOnEtcdHasTwoReplicasAndNoVolume() {
    var files = generate("example.com", "v1").contents();

    assertThat(files.get("server-etcd/kustomization.yaml"))
        .contains("- ../server", "- path: patches.yaml");
    assertThat(files.get("server-etcd/patches.yaml"))
        .contains("replicas: 2", "type: RollingUpdate", "path: /livez?exclude=storage", "sleep:")
        .containsSubsequence("kind: PersistentVolumeClaim", "$patch: delete");
    assertThat(files.get("server-etcd/disruptions.yaml")).contains("maxUnavailable: 1");
  }

  @Test
  void groupOfKubernetesIsRefused() {
    assertThatThrownBy(() -> generate("apps", "v1"))
        .hasMessage("group \"apps\": it must be a DNS name of two labels or more");
  }
}
