package io.usher.http;

import io.javalin.Javalin;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
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
    var probes = new Probes(readiness);
    return new HealthServer(
        Javalin.create(
                config -> {
                  WebhookServer.quiet(config);
                  config.jetty.threadPool = threads;
                  config.jetty.modifyHttpConfiguration(WebhookServer::configure);
                  config.jetty.modifyServer(server -> server.setHandler(new Answers(probes)));
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

  /** Answers the probes, and nothing else; Javalin attaches its servlet to wrappers alone. */
  private static final class Answers extends Handler.Wrapper {

    private final Probes probes;

    Answers(Probes probes) {
      this.probes = probes;
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String path = request.getHttpURI().getPath();
      var answer = Probes.isProbe(path) ? probes.answer(request.getMethod(), path) : null;
      if (answer != null) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
        return true;
      }
      var refusal =
          Probes.isProbe(path) ? Probes.refusal(request.getMethod(), path) : Refusal.notFound(path);
      response.setStatus(refusal.status());
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, ContentType.JSON);
      refusal.headers().forEach(response.getHeaders()::put);
      response.write(true, ByteBuffer.wrap(refusal.body()), callback);
      return true;
    }
  }
}
