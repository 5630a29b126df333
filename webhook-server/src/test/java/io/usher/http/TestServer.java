package io.usher.http;

import static io.usher.webhook.RuleTarget.on;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.certs.TlsFiles;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionHandler;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookBuilder.Edit;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real server on a free port, with a webhook that labels Pods. Fields are changed before {@link
 * #start()}.
 */
final class TestServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TestServer.class);

  static final String PATH = "/mutate/labeler.example.com";
  static final String OTHER_PATH = "/mutate/other.example.com";

  Duration headerTimeout = Duration.ofSeconds(5);
  Duration idleTimeout = Duration.ofSeconds(120);
  Duration writeTimeout = Duration.ofSeconds(10);
  Duration maxTimeout = Duration.ofSeconds(30);
  int maxConnections = 5000;
  int maxConnectionsPerAddress = 5000;
  Supplier<String> metrics = () -> "usher_test 1\n";
  Duration reserve = Duration.ofMillis(100);
  int timeoutSeconds = 10;
  int maxUnfinished = 1024;
  int maxBody = 8 << 20;
  long memory = 64 << 20;
  Edit<ObjectNode> edit =
      (pod, context) -> pod.withObject("/metadata/labels").put("example.com/team", "red");
  Map<String, Callers> callers = new ConcurrentHashMap<>();
  List<Path> clientCas = List.of();

  /** Beside those of the two webhooks. */
  List<Route> routes = List.of();

  final DevelopmentCertificates authority;
  final Path directory;
  final Readiness readiness = new Readiness();
  final LinkedBlockingQueue<Integer> rejections = new LinkedBlockingQueue<>();
  private ReviewExecutor executor;
  private WebhookServer server;
  private TlsFiles files;
  private SSLContext anonymous;

  /** A server that keeps its certificates in this directory. */
  TestServer(Path directory) throws Exception {
    this.directory = directory;
    this.authority = new DevelopmentCertificates(Clock.systemUTC());
    issue("server");
    Files.writeString(path("ca.crt"), PemFile.text(authority.authority()));
  }

  /** Writes a new certificate for the server. */
  void issue(String commonName) throws GeneralSecurityException, IOException {
    var issued = authority.issue(Purpose.SERVER, commonName, List.of("localhost", "127.0.0.1"));
    Files.writeString(path("tls.crt"), PemFile.text(issued.certificate()));
    Files.writeString(path("tls.key"), PemFile.text(issued.key()));
  }

  TestServer start() throws Exception {
    files = new TlsFiles(path("tls.crt"), path("tls.key"), clientCas);
    var observer =
        new ReviewObserver.Some() {
          @Override
          public void reviewRejected(Endpoint endpoint, int status) {
            rejections.add(status);
          }

          @Override
          public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
            LOG.error("review failed", cause);
          }
        };
    executor = new ReviewExecutor(new ReviewExecutor.Settings(4, 8, 4, 64), observer);
    var settings =
        new HttpSettings(
            new InetSocketAddress("127.0.0.1", 0),
            new InetSocketAddress("127.0.0.1", 0),
            new DeadlineMargin(reserve, 10),
            maxTimeout,
            maxBody,
            headerTimeout,
            writeTimeout,
            idleTimeout,
            maxUnfinished,
            maxConnections,
            maxConnectionsPerAddress);
    var calls = ReviewCalls.of(settings, executor, observer);
    server =
        new WebhookServer(
            settings,
            files.load(),
            !clientCas.isEmpty(),
            new RouteTable(routes(calls), () -> {}),
            new MemoryBudget(memory),
            observer,
            readiness,
            () -> metrics.get());
    server.start();
    anonymous = clientContext(null);
    return this;
  }

  private List<Route> routes(ReviewCalls calls) {
    var all = new ArrayList<Route>(List.of(route(PATH, calls), route(OTHER_PATH, calls)));
    all.addAll(routes);
    return all;
  }

  private ReviewRoute route(String path, ReviewCalls calls) {
    var webhook =
        WebhookRegistration.named(path.substring("/mutate/".length()))
            .editing(
                "label",
                on(ObjectNode.class, Operation.CREATE, Operation.UPDATE).resource("pods"),
                edit)
            .timeoutSeconds(timeoutSeconds)
            .build();
    return new ReviewRoute(
        path,
        new AdmissionHandler(webhook, Phase.MUTATING, ReviewLimits.DEFAULT),
        Duration.ofSeconds(webhook.timeoutSeconds()),
        callers.getOrDefault(path, Callers.anyone()),
        calls);
  }

  WebhookServer server() {
    return server;
  }

  TlsFiles files() {
    return files;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  int port() {
    return server.reviewPort();
  }

  URI uri(String path) {
    return URI.create("https://localhost:" + port() + path);
  }

  /** A client that trusts the server, and shows a certificate if one is given. */
  SSLContext clientContext(@Nullable CertifiedKey own) throws Exception {
    var trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ca", authority.authority());
    var trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trust);
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    if (own != null) {
      keys.setKeyEntry(
          "own", own.key(), new char[0], new java.security.cert.Certificate[] {own.certificate()});
    }
    var keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder().sslContext(anonymous).version(version).build();
  }

  RawClient raw() throws Exception {
    return new RawClient(anonymous, port());
  }

  /** A connection from another address of this machine. */
  RawClient raw(InetAddress from) throws Exception {
    return new RawClient(anonymous, from, port());
  }

  /** A connection on which HTTP/2 has begun: the preface and empty settings are sent. */
  RawClient rawHttp2() throws Exception {
    var client = new RawClient(anonymous, port(), "h2");
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    return client.send(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
  }

  static HttpRequest.Builder post(URI uri, byte[] body) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(20))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  /** Posts a good review as an API server does. */
  HttpResponse<String> goodReview() throws Exception {
    return client(HttpClient.Version.HTTP_1_1)
        .send(
            post(uri(PATH + "?timeout=10s"), Reviews.pod()).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    server.stop();
    try {
      executor.awaitIdle(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    executor.close();
  }
}
