package io.usher.apiserver;

import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.discovery.Discovery;
import io.usher.apiserver.discovery.Health;
import io.usher.apiserver.discovery.Version;
import io.usher.apiserver.request.RequestHandler;
import io.usher.apiserver.request.StoredObjects;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.watch.Watches;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A Kubernetes API server. It takes neutral requests and gives answers; a transport, such as the
 * HTTP server of {@code webhook-server}, stands in front of it.
 *
 * <pre>{@code
 * ApiServer server = ApiServer.create(config -> config
 *     .resource(Widget.class)
 *     .authenticator(AuthenticatorChain.of(List.of(new TokenFile(path))))
 *     .authorizer(RbacAuthorizer::following));
 * server.handle(ApiRequest.of("GET", "/apis/example.com/v1/widgets"));
 * }</pre>
 *
 * <p>Nobody is let in who is not configured to be: without an authenticator every caller gets 401,
 * without an authorizer 403. Thread-safe.
 */
public final class ApiServer implements AutoCloseable {

  private final ResourceRegistry registry;
  private final Storage storage;
  private final ObjectStore objects;
  private final Watches watches;
  private final List<AdmissionPlugin> admission;
  private final RequestHandler handler;
  private final ExecutorService executor;
  private final ScheduledExecutorService timer;

  private ApiServer(ApiServerConfig config) {
    registry = new ResourceRegistry();
    config.types().forEach(registry::register);
    storage = config.storage();
    var threads = new AtomicInteger();
    ThreadFactory daemons =
        task -> {
          var thread = new Thread(task, "usher-apiserver-" + threads.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    int width = Math.max(2, Runtime.getRuntime().availableProcessors());
    executor =
        new ThreadPoolExecutor(
            width,
            width,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons,
            // Only while it closes: the last frames of watches.
            (task, pool) -> task.run());
    var scheduled = new ScheduledThreadPoolExecutor(1, daemons);
    scheduled.setRemoveOnCancelPolicy(true);
    timer = scheduled;
    objects = new StoredObjects(storage, registry, executor, config.clock(), config.random());
    watches =
        new Watches(storage, executor, timer, config.bookmarkPeriod(), config.maxQueuedBytes());
    registry.onChange(
        () ->
            watches.end(
                resource ->
                    registry.types().stream().noneMatch(type -> type.storage().equals(resource))));
    var paths = new ArrayList<PathHandler>();
    paths.add(new Discovery(registry, config.serverAddress()));
    paths.add(new Health(Map.of("storage", storage::isHealthy)));
    paths.add(new Version());
    config.paths().forEach(each -> paths.add(each.apply(registry)));
    Authorizer authorizer = config.authorizer().apply(objects);
    admission = List.copyOf(config.admission().apply(objects));
    admission.forEach(plugin -> plugin.join(authorizer, registry));
    handler =
        new RequestHandler(
            new RequestHandler.Parts(
                storage,
                config.sources(),
                watches,
                registry,
                objects,
                config.authenticator(),
                config.filter(),
                config.classifier(),
                authorizer,
                admission,
                paths,
                config.audit(),
                config.clock(),
                timer,
                config.random()));
  }

  /**
   * A server that answers from now on.
   *
   * @param configure says what it serves, and to whom
   */
  public static ApiServer create(Consumer<ApiServerConfig> configure) {
    var config = new ApiServerConfig();
    configure.accept(config);
    return new ApiServer(config);
  }

  /**
   * Answers a request; the stage fails with {@link io.usher.apiserver.api.AbortedException} or an
   * {@link OutOfMemoryError} alone.
   */
  public CompletionStage<ApiResponse> handle(ApiRequest request) {
    return handler.handle(request);
  }

  /**
   * Whether a request is passed on to another server with its body, of which nothing is read here.
   *
   * @param path decoded
   */
  public boolean forwards(String method, String path) {
    return handler.forwards(method, path);
  }

  /** The types that it serves, which may come and go. */
  public ResourceRegistry resources() {
    return registry;
  }

  /** Its objects, without authorization and admission. */
  public ObjectStore objects() {
    return objects;
  }

  /** Its storage. */
  public Storage storage() {
    return storage;
  }

  /** Its open watches. */
  public Watches watches() {
    return watches;
  }

  /** Ends every watch, closes the plugins of admission that can be closed, then the storage. */
  @Override
  public void close() {
    watches.endAll();
    for (AdmissionPlugin plugin : admission) {
      if (plugin instanceof AutoCloseable closeable) {
        close(closeable);
      }
    }
    timer.shutdownNow();
    executor.shutdown();
    try {
      executor.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    storage.close();
  }

  private static void close(AutoCloseable plugin) {
    try {
      plugin.close();
    } catch (Exception e) {
      throw new IllegalStateException("close a plugin of admission", e);
    }
  }
}
