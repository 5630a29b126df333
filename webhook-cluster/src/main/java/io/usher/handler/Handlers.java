package io.usher.handler;

import io.usher.admission.GroupVersionResource;
import io.usher.cluster.Read;
import io.usher.engine.GivenUpRules;
import io.usher.engine.Ticker;
import io.usher.leader.LeaderTask;
import io.usher.leader.Leadership;
import io.usher.listwatch.ListWatch;
import io.usher.listwatch.ResourceViews;
import io.usher.observe.HandlerObserver;
import io.usher.rule.HandlerDefinition;
import io.usher.view.StoredObject;
import io.usher.webhook.WebhookRegistration;
import io.usher.write.EventRecorder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handlers of webhooks, run while their replica leads. Each of them begins with all objects
 * that there are then. Thread-safe.
 */
public final class Handlers implements LeaderTask {

  private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

  /** For calls to return that were interrupted. */
  private static final Duration STOP = Duration.ofSeconds(5);

  private final ListWatch listWatch;
  private final List<WebhookRegistration> webhooks;
  private final HandlerSettings settings;
  private final String identity;
  private final GivenUpRules givenUpRules;
  private final ScheduledExecutorService timer;
  private final HandlerObserver observer;
  private final Clock clock;
  private final Ticker ticker;
  private volatile List<HandlerLoop> loops = List.of();
  private volatile ResourceViews views = ResourceViews.none();

  /**
   * Handlers that are not called yet.
   *
   * @param listWatch what they see of the cluster; stays the caller's
   * @param identity of this replica, for Events
   * @param givenUpRules ends what goes on after it was given up
   * @param timer for short tasks; stays the caller's
   */
  public Handlers(
      ListWatch listWatch,
      Collection<WebhookRegistration> webhooks,
      HandlerSettings settings,
      String identity,
      GivenUpRules givenUpRules,
      ScheduledExecutorService timer,
      HandlerObserver observer,
      Clock clock,
      Ticker ticker) {
    this.listWatch = listWatch;
    this.webhooks = List.copyOf(webhooks);
    this.settings = settings;
    this.identity = identity;
    this.givenUpRules = givenUpRules;
    this.timer = timer;
    this.observer = observer;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** How each handler is; none while another replica leads. */
  public List<HandlerState> states() {
    return loops.stream().map(HandlerLoop::state).toList();
  }

  /** What the handlers see of the cluster now; nothing while another replica leads. */
  public ResourceViews views() {
    return views;
  }

  @Override
  public void lead(Leadership leadership) throws InterruptedException {
    ExecutorService executor = Executors.newCachedThreadPool(Handlers::thread);
    var fatal = new CompletableFuture<Void>();
    var threads = new HandlerLoop.Threads(executor, timer, fatal::completeExceptionally);
    var writer = new ApiWriter(listWatch.as(leadership.client()), settings, ticker);
    var events = new EventRecorder(writer::create, identity, clock, ticker);
    Map<GroupVersionResource, List<HandlerLoop>> byResource =
        loops(new CallResults.Writers(writer, events), threads);
    try (ResourceViews seen = follow(byResource)) {
      views = seen;
      loops.forEach(loop -> loop.start(seen));
      fatal.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the handlers can't go on", e.getCause());
    } finally {
      List<HandlerLoop> ended = loops;
      loops = List.of();
      views = ResourceViews.none();
      ended.forEach(HandlerLoop::close);
      stop(executor);
    }
  }

  private Map<GroupVersionResource, List<HandlerLoop>> loops(
      CallResults.Writers writers, HandlerLoop.Threads threads) {
    record Named(HandlerDefinition handler, HandlerLoop loop) {}
    var all = new ArrayList<Named>();
    for (WebhookRegistration webhook : webhooks) {
      for (HandlerDefinition handler : webhook.handlers()) {
        var loop =
            new HandlerLoop(
                webhook.name(),
                handler,
                writers,
                settings,
                threads,
                givenUpRules,
                observer,
                ticker);
        all.add(new Named(handler, loop));
      }
    }
    loops = all.stream().map(Named::loop).toList();
    return all.stream()
        .collect(
            Collectors.groupingBy(
                named -> named.handler().object().resource(),
                Collectors.mapping(Named::loop, Collectors.toList())));
  }

  private ResourceViews follow(Map<GroupVersionResource, List<HandlerLoop>> byResource) {
    List<Read> reads =
        webhooks.stream().flatMap(webhook -> webhook.handlerReads().stream()).toList();
    return listWatch.follow(
        reads,
        settings.maxStaleness(),
        (resource, old, now) -> tell(byResource.getOrDefault(resource, List.of()), old, now));
  }

  private static void tell(
      List<HandlerLoop> loops, @Nullable StoredObject old, @Nullable StoredObject now) {
    loops.forEach(loop -> loop.changed(old, now));
  }

  private static Thread thread(Runnable task) {
    var thread = new Thread(task, "handler");
    thread.setDaemon(true);
    return thread;
  }

  private static void stop(ExecutorService executor) throws InterruptedException {
    executor.shutdownNow();
    if (!executor.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.error("a handler did not end in {}; what it returns counts for nothing", STOP);
    }
  }
}
