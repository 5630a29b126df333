package io.usher.aggregated;

import static io.usher.aggregated.WidgetServer.AS_ROOT;
import static io.usher.aggregated.WidgetServer.CONFIG_MAPS;
import static io.usher.aggregated.WidgetServer.WIDGETS;
import static io.usher.aggregated.WidgetServer.widget;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ObjectStore;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An aggregated server whose kube-apiserver is an embedded one. */
class AggregatedApiServerIT {

  @TempDir private Path folder;
  private WidgetServer widgets;

  @BeforeEach
  void startKube() throws Exception {
    widgets = new WidgetServer(folder);
  }

  @AfterEach
  void stop() {
    widgets.close();
  }

  private AggregatedApiServer start() throws Exception {
    return widgets.start(config -> {});
  }

  private ObjectStore kube() {
    return widgets.objects();
  }

  private HttpClient client(@Nullable CertifiedKey shown) throws Exception {
    return widgets.client(shown);
  }

  private HttpClient proxy(DevelopmentCertificates authority) throws Exception {
    return widgets.proxy(authority);
  }

  private HttpResponse<String> get(HttpClient client, String path, String... headers)
      throws Exception {
    return widgets.get(client, path, headers);
  }

  private HttpResponse<String> post(HttpClient client, String path, String body, String... headers)
      throws Exception {
    return widgets.post(client, path, body, headers);
  }

  @Test
  void aggregatorNamesTheCallerAndTheClustersRolesDecide() throws Exception {
    start();
    HttpClient proxy = widgets.proxy();
    assertThat(post(proxy, WIDGETS, widget("a"), AS_ROOT).statusCode()).isEqualTo(201);
    HttpResponse<String> refused = get(proxy, WIDGETS, "X-Remote-User", "bob");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("User \\\"bob\\\" cannot list resource \\\"widgets\\\"");
  }

  @Test
  void headersWithoutTheProxysCertificateAre401() throws Exception {
    start();
    assertThat(get(client(null), WIDGETS, AS_ROOT).statusCode()).isEqualTo(401);
    HttpClient stranger = proxy(new DevelopmentCertificates(Clock.systemUTC()));
    assertThat(get(stranger, WIDGETS, AS_ROOT).statusCode()).isEqualTo(401);
    HttpClient other = client(widgets.proxies().issue(Purpose.CLIENT, "somebody", List.of()));
    assertThat(get(other, WIDGETS, AS_ROOT).statusCode()).isEqualTo(401);
    // A wrong certificate is wrong on the open paths, too; none is not.
    assertThat(get(client(null), "/readyz").statusCode()).isEqualTo(200);
    assertThat(get(client(null), "/version").statusCode()).isEqualTo(401);
  }

  @Test
  void tokenIsTheClusters() throws Exception {
    start();
    HttpResponse<String> known = get(client(null), WIDGETS, "Authorization", "Bearer t0k3n");
    assertThat(known.statusCode()).isEqualTo(403);
    assertThat(known.body()).contains("User \\\"alice\\\" cannot list");
    for (String path : List.of(WIDGETS, "/readyz")) {
      assertThat(get(client(null), path, "Authorization", "Bearer wrong").statusCode())
          .as(path)
          .isEqualTo(401);
    }
    assertThat(get(client(null), "/readyz", "Authorization", "Bearer t0k3n").statusCode())
        .isEqualTo(200);
  }

  @Test
  void answersGoOnDuringTheShutdownDelayAndSendClientsElsewhere() throws Exception {
    widgets.start(config -> config.shutdownDelay(Duration.ofHours(1)));
    AggregatedApiServer closing = widgets.handOver();
    HttpClient probe =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(FrontProxyFixture.showing(null, widgets.servers().authority()))
            .build();
    URI livez = URI.create("https://localhost:" + closing.port() + "/livez");
    var request = HttpRequest.newBuilder(livez).build();
    assertThat(probe.send(request, BodyHandlers.ofString()).headers().map())
        .doesNotContainKey("connection");
    var end = new Thread(closing::close);
    end.start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              HttpResponse<String> answer = probe.send(request, BodyHandlers.ofString());
              assertThat(answer.statusCode()).isEqualTo(200);
              assertThat(answer.headers().firstValue("Connection")).contains("close");
            });
    end.interrupt();
    end.join();
    assertThatThrownBy(() -> probe.send(request, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void newAuthorityOfTheProxyIsFollowed() throws Exception {
    start();
    var next = new DevelopmentCertificates(Clock.systemUTC());
    ObjectNode changed = FrontProxyFixture.configMap("[\"proxy\"]", next);
    ObjectNode now = kube().get(CONFIG_MAPS, "kube-system", "extension-apiserver-authentication");
    changed.set("metadata", now.get("metadata"));
    kube().update(CONFIG_MAPS, changed);
    HttpClient proxy = proxy(next);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(get(proxy, WIDGETS, AS_ROOT).statusCode()).isEqualTo(200));
    assertThat(get(widgets.proxy(), WIDGETS, AS_ROOT).statusCode()).isEqualTo(401);
  }

  @Test
  void unsafeClusterIsRefusedAtStart() throws Exception {
    kube().delete(CONFIG_MAPS, "kube-system", "extension-apiserver-authentication");
    assertThatThrownBy(this::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("start kube-apiserver with --requestheader-client-ca-file");
    ObjectNode unsafe = FrontProxyFixture.configMap("[]", widgets.proxies());
    unsafe.withObject("/data").put("client-ca-file", PemFile.text(widgets.proxies().authority()));
    kube().create(CONFIG_MAPS, unsafe);
    assertThatThrownBy(this::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("also signs ordinary clients");
  }

  @Test
  void namespaceMustBeThereInTheCluster() throws Exception {
    start();
    HttpClient proxy = widgets.proxy();
    String path = WIDGETS.replace("default", "new");
    assertThat(post(proxy, path, widget("a"), AS_ROOT).statusCode()).isEqualTo(404);
    ObjectNode namespace = JsonNodeFactory.instance.objectNode();
    namespace.putObject("metadata").put("name", "new");
    kube().create(RemoteObjects.NAMESPACES, namespace);
    // At once: a new namespace is asked for, whatever the watch has told.
    assertThat(post(proxy, path, widget("a"), AS_ROOT).statusCode()).isEqualTo(201);
    assertThat(
            post(proxy, WIDGETS.replace("default", "..%2Fnodes"), widget("a"), AS_ROOT)
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void withoutTheClusterNobodyIsAllowed() throws Exception {
    start();
    widgets.kube().refuseConnections();
    HttpClient proxy = widgets.proxy();
    HttpResponse<String> answer = get(proxy, WIDGETS, "X-Remote-User", "bob");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).startsWith("Internal Server Error: \"" + WIDGETS + "\": ");
    assertThat(get(client(null), WIDGETS, "Authorization", "Bearer t0k3n").statusCode())
        .isEqualTo(401);
    assertThat(get(client(null), "/livez").statusCode()).isEqualTo(200);
    widgets.kube().acceptConnections();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(get(proxy, WIDGETS, "X-Remote-User", "bob").statusCode())
                    .isEqualTo(403));
  }

  @Test
  void newCertificateIsShown() throws Exception {
    start();
    widgets.renewCertificate();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(get(client(null), "/livez").statusCode()).isEqualTo(200));
  }

  @Test
  void discoveryAndDocumentsAreThereForTheAggregator() throws Exception {
    start();
    HttpClient proxy = widgets.proxy();
    assertThat(get(proxy, "/apis/example.com/v1", AS_ROOT).body()).contains("\"widgets\"");
    String accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    HttpResponse<String> aggregated =
        get(
            proxy,
            "/apis",
            "Accept",
            accept,
            "X-Remote-User",
            "a",
            "X-Remote-Group",
            "system:masters");
    assertThat(aggregated.headers().firstValue("Content-Type")).contains(accept);
    assertThat(get(proxy, "/openapi/v2", AS_ROOT).statusCode()).isEqualTo(200);
    assertThat(get(proxy, "/openapi/v3", AS_ROOT).body()).contains("apis/example.com/v1");
  }
}
