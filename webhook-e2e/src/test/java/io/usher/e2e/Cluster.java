package io.usher.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** One kube-apiserver with its etcd, for as long as the suite runs. */
final class Cluster implements AutoCloseable {

  /** The namespace of the Services that lead to Usher. */
  static final String USHER_NAMESPACE = "usher-e2e";

  /** The Service that leads to Usher: of type ExternalName, so that the call is HTTP/1.1. */
  static final String USHER_SERVICE = "usher";

  /** Who the tests are, unless they say otherwise. */
  static final String USER = "e2e-admin";

  // any constant: the server listens on loopback and ends with the suite
  private static final String TOKEN = "e2e-admin";
  // a cold start takes 5 s alone; builds may share the machine
  private static final int START_MILLIS = 120_000;

  private final KubeAPIServer server;
  private final KubernetesApi api;
  private final Kubectl kubectl;

  /**
   * @param assets the folder of kube-apiserver, etcd and kubectl, named version-os-arch
   * @param work an empty folder for what the server keeps
   * @param flags further flags of kube-apiserver
   */
  Cluster(Path assets, Path work, List<String> flags) throws IOException {
    // links in a folder of its own: kube-api-test keeps its certificates beside the binaries
    Path binaries = work.resolve("k8s").resolve(assets.getFileName());
    Files.createDirectories(binaries.getParent());
    Files.createSymbolicLink(binaries, assets.toRealPath());
    Path tokens = work.resolve("tokens.csv");
    Files.writeString(tokens, TOKEN + "," + USER + "," + USER + ",system:masters\n");
    String version = assets.getFileName().toString().split("-")[0];
    var config =
        KubeAPIServerConfigBuilder.anAPIServerConfig()
            .withTestDir(work.toString())
            .withApiServerVersion(version)
            .withOfflineMode(true)
            .withUpdateKubeConfig(false)
            .withWaitForEtcdHealthCheckOnStartup(true)
            .withStartupTimeout(START_MILLIS)
            .withApiServerFlag("--token-auth-file", tokens.toString());
    flags.forEach(config::withApiServerFlag);
    server = new KubeAPIServer(config.build());
    server.start();
    ObjectNode kubeconfig = Documents.yaml(server.getKubeConfigYaml());
    Path kubeconfigFile = work.resolve("kubeconfig");
    Files.writeString(kubeconfigFile, server.getKubeConfigYaml());
    var cluster = kubeconfig.at("/clusters/0/cluster");
    api =
        new KubernetesApi(
            URI.create(cluster.path("server").asText()),
            TOKEN,
            CertificateFiles.trusting(Path.of(cluster.path("certificate-authority").asText())));
    kubectl = new Kubectl(assets.resolve("kubectl"), kubeconfigFile);
    createNamespace(USHER_NAMESPACE);
    createUsherService(USHER_SERVICE);
  }

  KubernetesApi api() {
    return api;
  }

  Kubectl kubectl() {
    return kubectl;
  }

  /** The DNS name under which the API server calls one of Usher's Services. */
  static String dnsName(String service) {
    return service + "." + USHER_NAMESPACE + ".svc";
  }

  /** Creates one more Service that leads to this machine. */
  void createUsherService(String name) {
    ObjectNode service =
        Documents.yaml(
            """
            apiVersion: v1
            kind: Service
            metadata: {}
            spec:
              type: ExternalName
              externalName: localhost
            """);
    service.withObject("/metadata").put("name", name);
    api.create("/api/v1/namespaces/" + USHER_NAMESPACE + "/services", service).accepted();
  }

  void createNamespace(String name) {
    ObjectNode namespace = Documents.yaml("{apiVersion: v1, kind: Namespace, metadata: {}}");
    namespace.withObject("/metadata").put("name", name);
    api.create("/api/v1/namespaces", namespace).accepted();
  }

  @Override
  public void close() {
    server.stop();
  }

  /** Removes what an earlier run left, and makes the folder anew. */
  static Path emptied(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return Files.createDirectories(folder);
  }
}
