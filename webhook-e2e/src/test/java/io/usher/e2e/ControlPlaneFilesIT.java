package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code usher manifests} writes for machines of the control plane: kube-apiserver starts with
 * it, and does what it says.
 */
@ExtendWith(ClusterExtension.class)
class ControlPlaneFilesIT {

  private static final Path SAMPLE = Path.of(System.getProperty("usher.e2e.sample"));
  private static final Path ASSETS = Path.of(System.getProperty("usher.e2e.assets"));

  @TempDir private Path work;

  /** Webhooks of files are there from the start, and in no list that somebody could delete from. */
  @Test
  void configurationsOnItsDiskCount(UsherProcess.Launcher launcher) throws Exception {
    int port = UsherProcess.freePort();
    try (var usher =
        launcher.start(
            "static",
            new String[] {"127.0.0.1"},
            port,
            List.of("--rules=" + SAMPLE.resolve("target")))) {
      String[] flags =
          new ControlPlaneFiles(launcher, work.resolve("files"))
              .write(
                  "--static",
                  "--rules=" + SAMPLE.resolve("target"),
                  "--server=https://127.0.0.1:" + port,
                  "--ca=" + launcher.certificates().ca());
      try (var server = new PlainApiServer(ASSETS, folder("plain"), flags)) {
        ObjectNode deployment =
            Documents.yaml(
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector:"
                    + " {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec:"
                    + " {containers: [{name: app, image: web}]}}}}");
        String deployments = "/apis/apps/v1/namespaces/default/deployments";
        assertThat(server.api().create(deployments, deployment).refused(422))
            .contains("labeler.example.com", "every Deployment names who to call");
        deployment.withObject("/metadata/annotations").put("example.com/owner", "team@example.com");
        assertThat(
                server
                    .api()
                    .create(deployments, deployment)
                    .accepted()
                    .at("/metadata/labels/app.kubernetes.io~1managed-by")
                    .asText())
            .isEqualTo("platform");
        assertThat(
                server
                    .api()
                    .get(
                        "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
                            + "?fieldSelector=metadata.name=usher.static.k8s.io")
                    .accepted()
                    .at("/items"))
            .isEmpty();
      }
    }
  }

  /** Nobody is behind the doors: then what RBAC does not allow fails, as it may be allowed. */
  @Test
  void filesThatLeadToTheDoorsAreTaken(UsherProcess.Launcher launcher) throws Exception {
    var files = new ControlPlaneFiles(launcher, work.resolve("files"));
    files.bringCertificates();
    String[] flags =
        files.write(
            "--for-apiserver",
            "--server=https://127.0.0.1:" + UsherProcess.freePort(),
            "--authenticate=tokens.example.com",
            "--authorize=policy.example.com",
            "--issuer=https://localhost:1=kube");
    try (var server = new PlainApiServer(ASSETS, folder("plain"), flags)) {
      KubernetesApi guest = server.api(PlainApiServer.GUEST);
      assertThat(guest.get("/api/v1/namespaces").status()).isEqualTo(500);
      assertThat(guest.get("/version").status()).isEqualTo(200);
      assertThat(server.api("unknown").get("/version").status()).isEqualTo(401);
      assertThat(server.api("").get("/livez").status()).isEqualTo(200);
      assertThat(server.api("").get("/version").status()).isEqualTo(401);
    }
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(work.resolve(name));
  }
}
