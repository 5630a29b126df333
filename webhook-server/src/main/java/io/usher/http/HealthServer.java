package io.usher.http;

import io.javalin.Javalin;
import java.net.InetSocketAddress;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The probes of a process that serves nothing else. */
public final class HealthServer implements AutoCloseable {

  /** Jetty's own two, and as many for probes. */
  private static final int THREADS = 4;

  private final Javalin javalin;

  private HealthServer(Javalin javalin) {
    this.javalin = javalin;
  }

  /** Listens, until it is closed. */
  public static HealthServer start(InetSocketAddress address, Readiness readiness) {
    var threads = new QueuedThreadPool(THREADS, THREADS);
    threads.setName("health");
    return new HealthServer(
        Javalin.create(
                config -> {
                  WebhookServer.quiet(config);
                  config.jetty.threadPool = threads;
                  config.jetty.modifyHttpConfiguration(WebhookServer::configure);
                  new HealthRoutes(readiness).addTo(config.routes);
                })
            .start(address.getHostString(), address.getPort()));
  }

  /** The port that it listens on. */
  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
  }
}
