package io.usher.aggregated;

import io.usher.apiserver.ApiServer;
import io.usher.apiserver.ApiServerConfig;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.openapi.OpenApi;
import io.usher.certs.TlsFiles;
import io.usher.config.Configuration;
import io.usher.http.ApiHttpServer;
import io.usher.http.HttpSettings;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An API server behind kube-apiserver, which sends it the requests of the groups that an {@code
 * APIService} names.
 *
 * <pre>{@code
 * AggregatedApiServer.start(
 *     config -> config.library(library -> library.resource(Widget.class)), System.err::println);
 * }</pre>
 *
 * <p>The aggregator proves itself by its certificate, and names the caller in headers; a caller who
 * comes directly shows a certificate or a token that kube-apiserver knows. The cluster's
 * authorizers decide, and its policies and webhooks admit. {@code /healthz}, {@code /livez} and
 * {@code /readyz} are open.
 */
public final class AggregatedApiServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AggregatedApiServer.class);

  private static final String KUBERNETES = "1.36";

  /** How often the certificate's files are looked at. */
  private static final int RELOAD_SECONDS = 1;

  private final Delegation delegation;
  private final ApiServer server;
  private final TlsFiles certificate;
  private final ApiHttpServer http;
  private final Duration shutdownDelay;
  private final ScheduledExecutorService reloads =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "reload");
            thread.setDaemon(true);
            return thread;
          });
  private final CountDownLatch ended = new CountDownLatch(1);

  private AggregatedApiServer(
      AggregatedConfig config, TlsFiles certificate, SSLContext tls, Consumer<String> fatal) {
    this.certificate = certificate;
    shutdownDelay = config.shutdownDelay();
    delegation = new Delegation(config.kubeconfig());
    try {
      server = ApiServer.create(library -> delegate(config, library));
    } catch (RuntimeException e) {
      delegation.close();
      throw e;
    }
    http =
        new ApiHttpServer(
            server,
            config.address(),
            tls,
            true,
            HttpSettings.of(Configuration.read(HttpSettings.ALL, Map.of(), Map.of())),
            config.limits(),
            fatal);
  }

  private void delegate(AggregatedConfig config, ApiServerConfig library) {
    config.library().accept(library);
    library
        .authenticator(delegation.authenticator(config.authenticators()))
        .authorizer(objects -> delegation.authorizer(config.authorizers()))
        .admission(
            objects ->
                config.isReadOnly()
                    ? List.of()
                    : List.of(
                        delegation.admission(
                            objects, config.admission().apply(objects), config.services())))
        .path(AggregatedApiServer::openApi);
  }

  private static PathHandler openApi(ResourceRegistry registry) {
    var documents = new OpenApi(registry, KUBERNETES, Clock.systemUTC());
    return request -> request.path().startsWith("/openapi/") ? documents.answer(request) : null;
  }

  /**
   * A server that listens.
   *
   * @param configure says what it serves, and where
   * @param fatal is told when the process can't go on, and why
   * @throws GeneralSecurityException when its certificate is bad; the message names the file
   * @throws IllegalArgumentException when kube-apiserver says nothing of its aggregator, or so that
   *     any client could pass for it
   * @throws IllegalStateException when what of the cluster admits can't be read; where a right is
   *     missing, the message has the rule that its ClusterRole needs
   */
  public static AggregatedApiServer start(
      Consumer<AggregatedConfig> configure, Consumer<String> fatal)
      throws GeneralSecurityException, IOException {
    var config = new AggregatedConfig();
    configure.accept(config);
    TlsFiles certificate = TlsFiles.ofAnyClient(config.certificate(), config.key());
    SSLContext tls = certificate.load();
    var aggregated = new AggregatedApiServer(config, certificate, tls, fatal);
    try {
      aggregated.http.start();
    } catch (Exception e) {
      aggregated.release();
      throw new IOException("listen on " + config.address(), e);
    }
    aggregated.reloads.scheduleWithFixedDelay(
        aggregated::reload, RELOAD_SECONDS, RELOAD_SECONDS, TimeUnit.SECONDS);
    return aggregated;
  }

  private void reload() {
    try {
      SSLContext changed = certificate.reload();
      if (changed != null) {
        http.reload(changed);
      }
    } catch (Exception e) {
      LOG.error("keep the certificate that was there", e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return http.port();
  }

  /** What answers. */
  public ApiServer server() {
    return server;
  }

  /** Waits until it is closed. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Sends its clients elsewhere for the {@code shutdownDelay}, then ends. */
  @Override
  public void close() {
    http.closeAfterAnswers();
    boolean interrupted = false;
    try {
      Thread.sleep(shutdownDelay.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    release();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void release() {
    reloads.shutdownNow();
    try {
      http.close();
    } finally {
      server.close();
      delegation.close();
      ended.countDown();
    }
  }
}
