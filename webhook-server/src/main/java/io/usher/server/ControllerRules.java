package io.usher.server;

import io.usher.cluster.Read;
import io.usher.handler.Handlers;
import io.usher.initializer.Initializer;
import io.usher.initializer.InitializerProgress;
import io.usher.initializer.InitializerTask;
import io.usher.initializer.RuleChanges;
import io.usher.leader.LeaderTask;
import io.usher.listwatch.ReadCounters;
import io.usher.listwatch.ResourceViews;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a controller as they are configured at one moment, and what runs them. It never
 * changes; the controller replaces it as a whole. It is closed after its tasks have ended.
 */
final class ControllerRules implements AutoCloseable {

  private final WebhookSource.Webhooks source;
  private final Handlers handlers;
  private final List<LeaderTask> tasks;
  private final @Nullable InProcessWebhooks initializing;
  private final @Nullable InitializerTask initializer;

  private ControllerRules(
      ControllerConfig config,
      WebhookSource.Webhooks source,
      Function<List<WebhookRegistration>, Handlers> caller,
      InitializerProgress progress,
      ReadCounters counters) {
    this.source = source;
    handlers = caller.apply(source.webhooks());
    var all = new ArrayList<>(config.tasks());
    if (webhooks().stream().anyMatch(webhook -> !webhook.handlers().isEmpty())) {
      all.add(handlers);
    }
    if (config.settings().get(ControllerSettings.INITIALIZE)) {
      var changes = new RuleChanges();
      initializing =
          InProcessWebhooks.loadInitializing(
              rules -> {
                config.applyTo(rules);
                rules.observe(changes);
              });
      initializer = initializer(config, initializing, changes, progress, counters);
      all.add(initializer);
    } else {
      initializing = null;
      initializer = null;
    }
    tasks = List.copyOf(all);
  }

  /**
   * Loads the rules.
   *
   * @param caller calls the handlers of webhooks
   * @param progress learns what comes of objects that the Initializer looks at
   * @param counters learn what the Initializer asks of the API server
   */
  static ControllerRules load(
      ControllerConfig config,
      RuleConfigFile ruleConfig,
      Function<List<WebhookRegistration>, Handlers> caller,
      InitializerProgress progress,
      ReadCounters counters) {
    WebhookSource.Webhooks loaded = config.load(ruleConfig);
    try {
      return new ControllerRules(config, loaded, caller, progress, counters);
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  private static InitializerTask initializer(
      ControllerConfig config,
      InProcessWebhooks webhooks,
      RuleChanges changes,
      InitializerProgress progress,
      ReadCounters counters) {
    try {
      return new InitializerTask(
          new Initializer.Rules(
              webhooks.webhooks(), config.configurations(webhooks.webhooks()), webhooks, changes),
          webhooks::read,
          ControllerSettings.initializer(config.settings()),
          progress,
          counters,
          config.settings().get(ViewSettings.MAX_STALENESS));
    } catch (RuntimeException | Error e) {
      webhooks.close();
      throw e;
    }
  }

  List<WebhookRegistration> webhooks() {
    return source.webhooks();
  }

  Handlers handlers() {
    return handlers;
  }

  /** What the handlers, and the rules that the Initializer asks, see of the cluster now. */
  List<ResourceViews> views() {
    return initializer == null
        ? List.of(handlers.views())
        : List.of(handlers.views(), initializer.views());
  }

  /** What these see of the cluster while this replica leads. */
  List<Read> reads() {
    var reads = new ArrayList<Read>();
    webhooks().forEach(webhook -> reads.addAll(webhook.handlerReads()));
    if (initializing != null) {
      initializing.webhooks().forEach(webhook -> reads.addAll(webhook.reads()));
    }
    return reads;
  }

  /** What is to be done while this replica leads. */
  List<LeaderTask> tasks() {
    return tasks;
  }

  /** Gives the rules up. */
  @Override
  public void close() {
    if (initializing != null) {
      initializing.close();
    }
    source.close();
  }
}
