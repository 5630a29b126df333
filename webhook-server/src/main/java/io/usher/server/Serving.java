package io.usher.server;

import io.usher.config.Configuration;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionHandler;
import io.usher.engine.conversion.ConversionHandler;
import io.usher.http.BodyLimit;
import io.usher.http.CallerRules;
import io.usher.http.HttpSettings;
import io.usher.http.ReviewCalls;
import io.usher.http.ReviewRoute;
import io.usher.http.RouteTable;
import io.usher.listwatch.ResourceViews;
import io.usher.rule.Door;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import io.usher.rulejar.GuardedRules;
import io.usher.rulejar.RuleOrigin;
import io.usher.webhook.WebhookRegistration;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is served at one moment: the webhooks with their rules, their paths, and who may call those.
 * It never changes; the server replaces it as a whole. It is closed after its last review.
 */
final class Serving implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

  /** As long as the API server waits for a conversion; its calls don't tell. */
  private static final Duration CONVERSION_TIMEOUT = Duration.ofSeconds(30);

  private final WebhookSource.Webhooks source;
  private final List<WebhookRegistration> webhooks;
  private final CallerRules callers;
  private final RouteTable routes;
  private final ResourceViews views;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Serving(
      WebhookSource.Webhooks source,
      DoorParts doors,
      Configuration configuration,
      ReviewCalls calls,
      ClusterAccess cluster,
      Clock clock) {
    this.source = source;
    webhooks = doors.join(WebhookPath.applyAll(configuration, source.webhooks()));
    WebhookRegistration.checkPaths(webhooks);
    Set<String> doorPaths = doorPaths(webhooks);
    Set<String> paths = paths(webhooks);
    paths.addAll(doorPaths);
    callers = new CallerRules(configuration, paths, doorPaths, clock);
    views = cluster.follow(webhooks);
    try {
      routes = new RouteTable(routes(configuration, calls), this::retired);
    } catch (RuntimeException | Error e) {
      views.close();
      throw e;
    }
  }

  /** Loads the webhooks; all is as before when one of them can't be served. */
  static Serving load(
      WebhookSource source,
      DoorParts doors,
      Configuration configuration,
      ReviewCalls calls,
      ClusterAccess cluster,
      Clock clock) {
    WebhookSource.Webhooks loaded = source.load();
    try {
      return new Serving(loaded, doors, configuration, calls, cluster, clock);
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  /** The webhooks, in the order between webhooks. */
  List<WebhookRegistration> webhooks() {
    return webhooks;
  }

  /** What the rules see of the cluster. */
  ResourceViews views() {
    return views;
  }

  RuleOrigin originOf(RuleDefinition rule) {
    return source.originOf(rule);
  }

  CallerRules callers() {
    return callers;
  }

  RouteTable routes() {
    return routes;
  }

  /** Nobody waits for this thread to say what went wrong. */
  private void retired() {
    try {
      close();
    } catch (RuntimeException e) {
      LOG.warn("close the rules that were replaced", e);
    }
  }

  /** Gives the rules up, once. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      views.close();
      source.close();
    }
  }

  private List<ReviewRoute> routes(Configuration configuration, ReviewCalls calls) {
    var limits = EngineSettings.limits(configuration);
    var found = new ArrayList<ReviewRoute>();
    for (var webhook : webhooks()) {
      for (var door : Door.values()) {
        if (webhook.has(door)) {
          found.add(route(webhook, door, configuration, calls));
        }
      }
      for (var phase : Phase.values()) {
        if (webhook.has(phase)) {
          String path = webhook.path(phase);
          found.add(
              new ReviewRoute(
                  path,
                  new AdmissionHandler(webhook, phase, limits, new GuardedRules(), views),
                  Duration.ofSeconds(webhook.timeoutSeconds()),
                  callers.of(path),
                  calls));
        }
      }
      if (!webhook.conversions().isEmpty()) {
        found.add(conversionRoute(webhook, configuration, calls));
      }
    }
    return found;
  }

  private ReviewRoute conversionRoute(
      WebhookRegistration webhook, Configuration configuration, ReviewCalls calls) {
    ReviewLimits limits = EngineSettings.conversionLimits(configuration);
    return new ReviewRoute(
        webhook.conversionPath(),
        new ConversionHandler(webhook, limits, new GuardedRules()),
        CONVERSION_TIMEOUT,
        callers.of(webhook.conversionPath()),
        calls.with(
            new BodyLimit(limits.maxBodyBytes(), EngineSettings.CONVERSION_MAX_BODY.name())));
  }

  /** Of a question that a whole request waits for: it gets no more than its webhook's time. */
  private ReviewRoute route(
      WebhookRegistration webhook, Door door, Configuration configuration, ReviewCalls calls) {
    String path = webhook.path(door);
    var timeout = Duration.ofSeconds(webhook.timeoutSeconds());
    int maxBody = configuration.get(HttpSettings.MAX_ACCESS_BODY);
    ReviewLimits limits = EngineSettings.limits(configuration, maxBody);
    return new ReviewRoute(
        path,
        DoorKinds.of(webhook, door, limits, views),
        timeout,
        callers.of(path),
        calls
            .within(timeout)
            .with(new BodyLimit(limits.maxBodyBytes(), HttpSettings.MAX_ACCESS_BODY.name())));
  }

  private static Set<String> doorPaths(List<WebhookRegistration> webhooks) {
    return webhooks.stream()
        .flatMap(webhook -> Stream.of(Door.values()).filter(webhook::has).map(webhook::path))
        .collect(Collectors.toSet());
  }

  private static Set<String> paths(List<WebhookRegistration> webhooks) {
    var paths = new TreeSet<String>();
    for (var webhook : webhooks) {
      for (var phase : Phase.values()) {
        if (webhook.has(phase)) {
          paths.add(webhook.path(phase));
        }
      }
      if (!webhook.conversions().isEmpty()) {
        paths.add(webhook.conversionPath());
      }
    }
    return paths;
  }
}
