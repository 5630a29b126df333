package io.usher.http;

import io.javalin.Javalin;
import io.usher.engine.ReviewAnswer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** The probes and metrics of a process that serves nothing else. */
public final class HealthServer implements AutoCloseable {

  /** Jetty's own two, and as many for probes. */
  private static final int THREADS = 4;

  private final Javalin javalin;

  private HealthServer(Javalin javalin) {
    this.javalin = javalin;
  }

  /** Listens, until it is closed; there are no metrics. */
  public static HealthServer start(InetSocketAddress address, Readiness readiness) {
    return start(address, new Answers(new Probes(readiness), null));
  }

  /**
   * Listens, until it is closed.
   *
   * @param metrics what {@code /metrics} answers
   */
  public static HealthServer start(
      InetSocketAddress address, Readiness readiness, Supplier<String> metrics) {
    return start(address, new Answers(new Probes(readiness), metrics));
  }

  private static HealthServer start(InetSocketAddress address, Answers answers) {
    var threads = new QueuedThreadPool(THREADS, THREADS);
    threads.setName("health");
    return new HealthServer(
        Javalin.create(
                config -> {
                  WebhookServer.quiet(config);
                  config.jetty.threadPool = threads;
                  config.jetty.modifyHttpConfiguration(WebhookServer::configure);
                  config.jetty.modifyServer(server -> server.setHandler(answers));
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

  /** Answers these paths, and nothing else; Javalin attaches its servlet to wrappers alone. */
  private static final class Answers extends Handler.Wrapper {

    private final Probes probes;
    private final @Nullable Supplier<String> metrics;

    Answers(Probes probes, @Nullable Supplier<String> metrics) {
      this.probes = probes;
      this.metrics = metrics;
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String method = request.getMethod();
      String path = request.getHttpURI().getPath();
      ReviewAnswer answer = answer(path);
      if (answer == null) {
        refuse(Refusal.notFound(path), response, callback);
      } else if (!Probes.METHODS.contains(method)) {
        refuse(Probes.refusal(method, path), response, callback);
      } else {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
      }
      return true;
    }

    private @Nullable ReviewAnswer answer(String path) {
      if (Probes.isProbe(path)) {
        return probes.answer(path);
      }
      return metrics != null && path.equals(Scrapes.PATH) ? Scrapes.answer(metrics) : null;
    }

    private static void refuse(Refusal refusal, Response response, Callback callback) {
      response.setStatus(refusal.status());
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, ContentType.JSON);
      refusal.headers().forEach(response.getHeaders()::put);
      response.write(true, ByteBuffer.wrap(refusal.body()), callback);
    }
  }
}
