package io.usher.listwatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.Read;
import io.usher.connection.Connection;
import io.usher.engine.Ticker;
import io.usher.view.ObjectPruner;
import io.usher.view.ViewSpec;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A connection to an API server, and what reads by it. Thread-safe. */
public final class ListWatch implements AutoCloseable {

  /** Numbers stay as they are written. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final KubernetesClient client;
  private final ApiReader api;
  private final ListWatchSettings settings;
  private final ExecutorService executor;
  private final ScheduledExecutorService timer;
  private final Ticker ticker;
  private final ReadCounters counters;
  private final LiveClient live;

  /**
   * Reads as a Pod's ServiceAccount does, or as a kubeconfig says.
   *
   * @param kubeconfig null for what {@code KUBECONFIG} names, else the Pod's ServiceAccount, else
   *     the kubeconfig of the home directory
   * @throws IllegalArgumentException when the kubeconfig is none
   */
  public static ListWatch open(
      @Nullable Path kubeconfig,
      ListWatchSettings settings,
      ExecutorService executor,
      ScheduledExecutorService timer,
      Ticker ticker) {
    return new ListWatch(Connection.config(kubeconfig), settings, executor, timer, ticker);
  }

  /**
   * Connects at the first read.
   *
   * @param connection where the API server is, and who asks
   * @param executor has a thread for each resource that is read, and one more now and then; stays
   *     the caller's
   * @param timer looks whether streams have stalled; stays the caller's
   */
  ListWatch(
      Config connection,
      ListWatchSettings settings,
      ExecutorService executor,
      ScheduledExecutorService timer,
      Ticker ticker) {
    this(
        Connection.client(
                new ConfigBuilder(connection)
                    // Tries again by itself otherwise, where nobody sees it.
                    .withRequestRetryBackoffLimit(0)
                    // A connection for each watch: one that nobody reads now holds up no other, and
                    // TCP's small window is all that is buffered for it.
                    .withHttp2Disable(true)
                    .build())
            .build(),
        settings,
        executor,
        timer,
        ticker,
        new ReadCounters());
  }

  /**
   * Asks by this client, which it closes.
   *
   * @param executor has a thread for each resource that is read, and one more now and then; stays
   *     the caller's
   * @param timer looks whether streams have stalled; stays the caller's
   * @param counters learn what is asked of the API server
   */
  public ListWatch(
      KubernetesClient client,
      ListWatchSettings settings,
      ExecutorService executor,
      ScheduledExecutorService timer,
      Ticker ticker,
      ReadCounters counters) {
    this.client = client;
    this.counters = counters;
    this.settings = settings;
    this.executor = executor;
    this.timer = timer;
    this.ticker = ticker;
    String master = client.getConfiguration().getMasterUrl();
    String url = master.endsWith("/") ? master : master + "/";
    api = new ApiReader(client.getHttpClient(), url, settings, timer, ticker);
    live = new LiveClient(client.getHttpClient(), url, ticker, counters);
  }

  /** The same by another client, which stays the caller's: it is not to be closed. */
  public ListWatch as(KubernetesClient other) {
    return new ListWatch(other, settings, executor, timer, ticker, counters);
  }

  /**
   * Lists and watches what is read, each resource once; what is asked live is not declared here.
   *
   * @param maxStaleness above which a view is too old
   */
  public ResourceViews follow(Collection<Read> reads, Duration maxStaleness) {
    return follow(reads, maxStaleness, ViewListener.NONE);
  }

  /**
   * Lists and watches what is read, each resource once.
   *
   * @param maxStaleness above which a view is too old
   * @param listener learns of each change, from the first list on
   */
  public ResourceViews follow(
      Collection<Read> reads, Duration maxStaleness, ViewListener listener) {
    var views = new ResourceViews(maxStaleness, ticker, live);
    for (ViewSpec spec : ViewSpec.of(reads)) {
      var view = new ResourceView(spec, listener, settings, executor, ticker);
      views.add(view, executor.submit(reflector(view, new ObjectPruner(spec.fields()))));
    }
    return views;
  }

  /**
   * Lists a resource and watches it, until the result is cancelled. What the visitor throws is
   * logged, and the objects are listed again.
   */
  public Future<?> follow(GroupVersionResource resource, ObjectVisitor visitor) {
    return executor.submit(
        reflector(new VisitorSink(resource, visitor), ObjectPruner.keepingAll()));
  }

  private Reflector reflector(Sink sink, ObjectPruner pruner) {
    // of java.base, unlike the default: small Java runtimes lack jdk.random
    return new Reflector(sink, pruner, api, settings, new SplittableRandom(), counters);
  }

  /**
   * Lists a resource once, in the order of namespaces and names. Where the API server forgets the
   * list's moment before its end, it goes on with the objects as they are then.
   *
   * @throws ApiStatusException when the API server refuses
   */
  public void list(GroupVersionResource resource, ObjectVisitor visitor)
      throws IOException, InterruptedException {
    counters.listed();
    var pruner = ObjectPruner.keepingAll();
    String path = ApiReader.path(resource, "") + "?limit=" + settings.pageSize();
    String token = "";
    do {
      String next = token.isEmpty() ? "" : "&continue=" + URLEncoder.encode(token, UTF_8);
      try {
        token = ListPage.get(api, path + next, pruner, visitor::visit).continueToken();
      } catch (ApiStatusException e) {
        if (!e.isExpired() || e.continueToken().isEmpty()) {
          throw e;
        }
        token = e.continueToken();
      }
      visitor.settle();
    } while (!token.isEmpty());
  }

  /**
   * Where the objects of a resource are, without a slash at its beginning.
   *
   * @param namespace empty for all namespaces, and for a resource whose objects are in none
   */
  public static String path(GroupVersionResource resource, String namespace) {
    return ApiReader.path(resource, namespace);
  }

  /**
   * What is at a path.
   *
   * @param path with its query, without a slash at its beginning
   * @throws ApiStatusException when the answer is no success
   */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return read(api.get(path));
  }

  /**
   * What is answered to a request with a body.
   *
   * @param path with its query, without a slash at its beginning
   * @throws ApiStatusException when the answer is no success
   */
  public JsonNode send(String method, String path, String contentType, JsonNode body)
      throws IOException, InterruptedException {
    return read(api.send(method, path, contentType, body.toString()));
  }

  private static JsonNode read(InputStream answer) throws IOException {
    try (answer) {
      return JSON.readTree(answer);
    }
  }

  /** {@code https://HOST:PORT/}. */
  public String url() {
    return api.url();
  }

  /** What was asked of the API server so far. */
  public ReadCounters counters() {
    return counters;
  }

  @Override
  public void close() {
    client.close();
  }
}
