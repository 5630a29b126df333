package io.usher.aggregated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.authn.TokenFile;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.server.HttpsApiServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server of Widgets, and an embedded one that is its kube-apiserver. */
final class WidgetServer implements AutoCloseable {

  static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
  static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");
  static final String[] AS_ROOT = {"X-Remote-User", "root", "X-Remote-Group", "system:masters"};

  private static final YAMLMapper YAML = new YAMLMapper();

  private final Path folder;
  private final DevelopmentCertificates proxies = new DevelopmentCertificates(Clock.systemUTC());
  private final HttpsApiServer kube;
  private DevelopmentCertificates servers = new DevelopmentCertificates(Clock.systemUTC());
  private @Nullable AggregatedApiServer server;

  /** The cluster alone, in which token {@code t0k3n} is alice's, one of the devs. */
  WidgetServer(Path folder) throws Exception {
    this.folder = folder;
    writeCertificate();
    var known =
        new TokenFile(Files.writeString(folder.resolve("tokens.csv"), "t0k3n,alice,1,devs\n"));
    kube =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(),
            config -> config.authenticator(known),
            System.err::println);
    Files.writeString(kubeconfig(), kube.kubeconfig());
    objects().create(CONFIG_MAPS, FrontProxyFixture.configMap("[\"proxy\"]", proxies));
  }

  HttpsApiServer kube() {
    return kube;
  }

  /** The cluster's. */
  ObjectStore objects() {
    return kube.embedded().server().objects();
  }

  /** The administrator's, which the server uses. */
  Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  /** A kubeconfig of alice. */
  Path kubeconfigOfAlice() throws IOException {
    return Files.writeString(folder.resolve("alice"), kube.kubeconfig("alice", "t0k3n", "default"));
  }

  /** Gives alice a right in all namespaces. */
  void allowAlice(String rule) throws IOException {
    var roles = new GroupResource("rbac.authorization.k8s.io", "clusterroles");
    String name = "alice-" + objects().list(roles, "").size();
    objects().create(roles, yaml("{metadata: {name: " + name + "}, rules: [" + rule + "]}"));
    objects()
        .create(
            new GroupResource("rbac.authorization.k8s.io", "clusterrolebindings"),
            yaml(
                """
                metadata: {name: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: alice}]
                """
                    .formatted(name)));
  }

  /** Of the aggregator. */
  DevelopmentCertificates proxies() {
    return proxies;
  }

  /** Of the server. */
  DevelopmentCertificates servers() {
    return servers;
  }

  /** Has the server show another certificate, of another authority. */
  void renewCertificate() throws Exception {
    servers = new DevelopmentCertificates(Clock.systemUTC());
    writeCertificate();
  }

  private void writeCertificate() throws Exception {
    CertifiedKey own = servers.issue(Purpose.SERVER, "widgets", List.of("localhost"));
    Files.writeString(folder.resolve("tls.crt"), PemFile.text(own.certificate()));
    Files.writeString(folder.resolve("tls.key"), PemFile.text(own.key()));
  }

  /** Starts the server of Widgets, once. */
  AggregatedApiServer start(Consumer<AggregatedConfig> configure) throws Exception {
    server =
        AggregatedApiServer.start(
            config -> {
              config
                  .address(new InetSocketAddress("127.0.0.1", 0))
                  .certificate(folder.resolve("tls.crt"), folder.resolve("tls.key"))
                  .kubeconfig(kubeconfig())
                  .library(
                      library ->
                          library.resource(
                              ResourceType.builder("example.com", "Widget")
                                  .version(ServedVersion.of("v1"))
                                  .build()));
              configure.accept(config);
            },
            System.err::println);
    return server;
  }

  /** The server that was started, which the caller closes. */
  AggregatedApiServer handOver() {
    AggregatedApiServer started = server;
    server = null;
    return started;
  }

  HttpClient client(@Nullable CertifiedKey shown) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(FrontProxyFixture.showing(shown, servers.authority()))
        .build();
  }

  /** An aggregator with a certificate of this authority. */
  HttpClient proxy(DevelopmentCertificates authority) throws Exception {
    return client(authority.issue(Purpose.CLIENT, "proxy", List.of()));
  }

  HttpClient proxy() throws Exception {
    return proxy(proxies);
  }

  HttpResponse<String> get(HttpClient client, String path, String... headers) throws Exception {
    return send(client, HttpRequest.newBuilder(uri(path)), headers);
  }

  HttpResponse<String> post(HttpClient client, String path, String body, String... headers)
      throws Exception {
    return send(
        client,
        HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body)),
        headers);
  }

  private static HttpResponse<String> send(
      HttpClient client, HttpRequest.Builder request, String... headers) throws Exception {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  URI uri(String path) {
    return URI.create("https://localhost:" + server.port() + path);
  }

  static String widget(String name) {
    return "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\""
        + name
        + "\"}}";
  }

  static ObjectNode yaml(String text) throws IOException {
    return (ObjectNode) YAML.readTree(text);
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    kube.close();
  }
}
