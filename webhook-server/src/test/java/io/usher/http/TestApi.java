package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.apiserver.ApiServer;
import io.usher.certs.TlsFiles;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** An API server behind a free port. Fields are changed before {@link #start}. */
final class TestApi implements AutoCloseable {

  Duration headerTimeout = Duration.ofSeconds(5);
  Duration idleTimeout = Duration.ofMinutes(2);

  /** Makes certificates; its own server is not started. */
  final TestServer certificates;

  /** Why the process could not go on; who expects it takes it out. */
  final Queue<String> fatal = new ConcurrentLinkedQueue<>();

  private ApiHttpServer server;

  /** A server that keeps its certificates in this directory. */
  TestApi(Path directory) throws Exception {
    certificates = new TestServer(directory);
  }

  /** Listens from now on. */
  TestApi start(ApiServer api) throws Exception {
    var address = new InetSocketAddress("127.0.0.1", 0);
    server =
        new ApiHttpServer(
            api,
            address,
            new TlsFiles(
                    certificates.path("tls.crt"),
                    certificates.path("tls.key"),
                    List.of(certificates.path("ca.crt")))
                .load(),
            true,
            new HttpSettings(
                address,
                address,
                new DeadlineMargin(Duration.ofMillis(100), 10),
                Duration.ofSeconds(30),
                8 << 20,
                headerTimeout,
                Duration.ofSeconds(10),
                idleTimeout,
                1024,
                1000,
                1000),
            ApiLimits.DEFAULT,
            fatal::add);
    server.start();
    return this;
  }

  URI uri(String scheme, String path) {
    return URI.create(scheme + "://localhost:" + server.port() + path);
  }

  /** A client that shows no certificate. */
  HttpClient client() throws Exception {
    return HttpClient.newBuilder().sslContext(certificates.clientContext(null)).build();
  }

  /** A connection without a certificate. */
  RawClient raw() throws Exception {
    return new RawClient(certificates.clientContext(null), server.port());
  }

  /** Waits a minute at most. */
  static void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(10))
        .until(condition::getAsBoolean);
  }

  @Override
  public void close() {
    server.close();
    assertThat(fatal).isEmpty();
  }
}
