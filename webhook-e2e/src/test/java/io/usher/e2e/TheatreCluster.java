package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A kube-apiserver with an aggregator, and in it what an API server of one's own needs, the
 * sample's or another: permissions for user {@code theatre-server}, and a certificate for its
 * Service.
 */
final class TheatreCluster implements AutoCloseable {

  private static final String SERVICE = "theatre.theatre-system.svc";

  private final Path work;
  private final Aggregation aggregation;
  private final CertificateFiles servers;
  private final PlainApiServer kube;
  private final Kubectl kubectl;

  private TheatreCluster(Path work, Aggregation aggregation, PlainApiServer kube)
      throws IOException {
    this.work = work;
    this.aggregation = aggregation;
    this.kube = kube;
    aggregation.clients().issue("theatre-server");
    servers = new CertificateFiles(work.resolve("servers"), "theatre-ca");
    servers.issue("theatre", SERVICE, "localhost");
    kubectl = kubectl("admin", PlainApiServer.ADMIN);
    create(resource("aggregated-rbac.yaml"));
  }

  /**
   * Starts kube-apiserver.
   *
   * @param work an empty folder
   */
  static TheatreCluster start(Path work) throws IOException {
    var aggregation = Aggregation.create(work);
    PlainApiServer kube = aggregation.start(TwoServers.assets(), work);
    try {
      return new TheatreCluster(work, aggregation, kube);
    } catch (IOException | RuntimeException | Error e) {
      kube.close();
      throw e;
    }
  }

  PlainApiServer kube() {
    return kube;
  }

  /** Issues the certificates of the aggregator. */
  CertificateFiles proxies() {
    return aggregation.proxies();
  }

  /** Issues those of kube-apiserver's own clients. */
  CertificateFiles clients() {
    return aggregation.clients();
  }

  /** Has issued the server's certificate. */
  CertificateFiles servers() {
    return servers;
  }

  Path certificate() {
    return servers.certificate("theatre");
  }

  Path key() {
    return servers.key("theatre");
  }

  /** The administrator's. */
  Kubectl kubectl() {
    return kubectl;
  }

  /** Of the owner of a token of kube-apiserver. */
  Kubectl kubectl(String name, String token) throws IOException {
    return new Kubectl(
        TwoServers.assets().resolve("kubectl"),
        Files.writeString(kubeconfig(name), kube.kubeconfig(token)));
  }

  /** The administrator's. */
  Path kubeconfig() {
    return kubeconfig("admin");
  }

  private Path kubeconfig(String name) {
    return work.resolve(name + ".kubeconfig");
  }

  /** By a certificate, as its ServiceAccount's token would need a controller to be made. */
  Path kubeconfigOfTheServer() {
    try {
      String user =
          "client-certificate: "
              + clients().certificate("theatre-server")
              + "\n    client-key: "
              + clients().key("theatre-server");
      return Files.writeString(
          kubeconfig("theatre"),
          kube.kubeconfig().replaceFirst("user: \\{token: [^}]*}", "user:\n    " + user));
    } catch (IOException e) {
      throw new UncheckedIOException("write the kubeconfig of the server", e);
    }
  }

  /** Tells kube-apiserver of the sample on this port, and waits until kubectl knows its kinds. */
  void register(int port) throws IOException {
    register(port, "theatre.example.com", "v1", "v1beta1");
  }

  /** The same for another group. */
  void register(int port, String group, String... versions) throws IOException {
    create(
        resource("aggregated-service.yaml")
            .replace("ADDRESS", ownAddress())
            .replace("PORT", Integer.toString(port)));
    for (int i = 0; i < versions.length; i++) {
      create(
          """
          apiVersion: apiregistration.k8s.io/v1
          kind: APIService
          metadata: {name: %s.%s}
          spec:
            group: %s
            version: %s
            groupPriorityMinimum: 1000
            versionPriority: %d
            service: {name: theatre, namespace: theatre-system}
            caBundle: %s
          """
              .formatted(versions[i], group, group, versions[i], 20 - i, servers.caBundle()));
    }
    for (String version : versions) {
      printed(
          kubectl.run(
              "",
              "wait",
              "--for=condition=Available",
              "--timeout=60s",
              "apiservice/" + version + "." + group));
    }
    // Discovery follows a moment later.
    eventually(
        () ->
            assertThat(printed(kubectl.run("", "api-resources", "--api-group=" + group)))
                .contains(group));
  }

  /** Kubernetes takes no loopback address for an endpoint. */
  static String ownAddress() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst()
        .orElseThrow(() -> new IOException("the machine has no address but those of loopback"));
  }

  private static String resource(String name) throws IOException {
    try (var in = TheatreCluster.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  void create(String yaml) {
    printed(kubectl.run(yaml, "apply", "-f", "-"));
  }

  /** What a kubectl that succeeded has printed. */
  static String printed(Kubectl.Output output) {
    assertThat(output.exitCode()).as(output.out() + output.err()).isZero();
    return output.out();
  }

  @Override
  public void close() {
    kube.close();
  }
}
