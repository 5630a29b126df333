package io.usher.listwatch;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.usher.cluster.Read;
import io.usher.engine.Ticker;
import io.usher.view.ViewSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A connection to an API server, and what reads by it. Thread-safe. */
public final class ListWatch implements AutoCloseable {

  private final KubernetesClient client;
  private final ApiReader api;
  private final ListWatchSettings settings;
  private final ExecutorService executor;
  private final Ticker ticker;
  private final ReadCounters counters = new ReadCounters();
  private final LiveClient live;

  /**
   * Reads as a Pod's ServiceAccount does, or as a kubeconfig says.
   *
   * @param kubeconfig null for what {@code KUBECONFIG} names, else the Pod's ServiceAccount, else
   *     the kubeconfig of the home directory
   * @throws UncheckedIOException when the file can't be read
   */
  public static ListWatch open(
      @Nullable Path kubeconfig,
      ListWatchSettings settings,
      ExecutorService executor,
      ScheduledExecutorService timer,
      Ticker ticker) {
    Config connection =
        kubeconfig == null
            ? Config.autoConfigure(null)
            : Config.fromKubeconfig(kubeconfig.toFile());
    return new ListWatch(connection, settings, executor, timer, ticker);
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
    // Tries again by itself otherwise, where nobody sees it.
    connection.setRequestRetryBackoffLimit(0);
    // A connection for each watch: one that nobody reads now holds up no other, and TCP's small
    // window is all that is buffered for it.
    connection.setHttp2Disable(true);
    client =
        new KubernetesClientBuilder()
            .withConfig(connection)
            .withHttpClientFactory(new NoRedirects())
            .build();
    this.settings = settings;
    this.executor = executor;
    this.ticker = ticker;
    String master = client.getConfiguration().getMasterUrl();
    String url = master.endsWith("/") ? master : master + "/";
    api = new ApiReader(client.getHttpClient(), url, settings, timer, ticker);
    live = new LiveClient(client.getHttpClient(), url, ticker, counters);
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
      var reflector = new Reflector(view, api, settings, RandomGenerator.getDefault(), counters);
      views.add(view, executor.submit(reflector));
    }
    return views;
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
