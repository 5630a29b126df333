package io.usher.parts;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.RequestInfo;
import io.usher.client.ClusterClient;
import io.usher.server.ApiServerTls;
import io.usher.server.HttpsApiServer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roles and bindings of files, and of a cluster that is not there at first. */
class RbacPartsIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final RequestInfo LIST_NODES =
      new RequestInfo(true, "", "list", "", "v1", "", "nodes", "", "", List.of());

  private static final UserInfo SCHEDULER = UserInfo.of("system:kube-scheduler");

  @TempDir private Path folder;

  @Test
  void clusterDecidesOnceItIsThere() throws Exception {
    Path kubeconfig = folder.resolve("kubeconfig");
    try (var server =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            ApiServerTls.throwaway("127.0.0.1", List.of()),
            config -> {},
            reason -> {})) {
      String config = server.kubeconfig();
      Files.writeString(kubeconfig, config.replaceFirst("(server: \\S+:)\\d+", "$11"));
      try (var early = new ClusterRbac(ClusterClient.open(kubeconfig, TIMEOUT))) {
        early.connect();
        assertThat(early.authorize(SCHEDULER, LIST_NODES))
            .isEqualTo(Decision.failed("the roles and bindings of the cluster are not there yet"));
      }
      Files.writeString(kubeconfig, config);
      try (var rbac = new ClusterRbac(ClusterClient.open(kubeconfig, TIMEOUT))) {
        rbac.connect();
        assertThat(rbac.authorize(SCHEDULER, LIST_NODES).allowed()).isTrue();
        assertThat(rbac.authorize(UserInfo.of("alice"), LIST_NODES))
            .isEqualTo(Decision.noOpinion(""));
      }
    }
  }

  @Test
  void fileIsReadAgainAndABadOneChangesNothing() throws Exception {
    Path file = folder.resolve("rbac.yaml");
    String binding =
        """
        kind: ClusterRoleBinding
        metadata: {name: alice}
        roleRef: {kind: ClusterRole, name: system:kube-scheduler}
        subjects: [{kind: User, name: alice}]
        """;
    Files.writeString(file, "");
    var rbac = new RbacFile(file);
    assertThat(rbac.authorize(UserInfo.of("alice"), LIST_NODES).allowed()).isFalse();
    Files.writeString(file, binding);
    rbac.reload();
    assertThat(rbac.authorize(UserInfo.of("alice"), LIST_NODES).allowed()).isTrue();
    Files.writeString(file, binding.replace("ClusterRoleBinding", "RoleBinding"));
    rbac.reload();
    assertThat(rbac.authorize(UserInfo.of("alice"), LIST_NODES).allowed()).isTrue();
  }
}
