package io.usher.server;

import io.usher.handler.Handlers;
import io.usher.initializer.Initializer;
import io.usher.initializer.InitializerCounters;
import io.usher.initializer.InitializerTask;
import io.usher.initializer.RuleChanges;
import io.usher.leader.LeaderTask;
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

  private ControllerRules(
      ControllerConfig config,
      WebhookSource.Webhooks source,
      Function<List<WebhookRegistration>, Handlers> caller,
      InitializerCounters counters) {
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
      all.add(initializer(config, initializing, changes, counters));
    } else {
      initializing = null;
    }
    tasks = List.copyOf(all);
  }

  /**
   * Loads the rules.
   *
   * @param caller calls the handlers of webhooks
   * @param counters learn what comes of objects that the Initializer looks at
   */
  static ControllerRules load(
      ControllerConfig config,
      RuleConfigFile ruleConfig,
      Function<List<WebhookRegistration>, Handlers> caller,
      InitializerCounters counters) {
    WebhookSource.Webhooks loaded = config.load(ruleConfig);
    try {
      return new ControllerRules(config, loaded, caller, counters);
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  private static LeaderTask initializer(
      ControllerConfig config,
      InProcessWebhooks webhooks,
      RuleChanges changes,
      InitializerCounters counters) {
    try {
      return new InitializerTask(
          new Initializer.Rules(
              webhooks.webhooks(), config.configurations(webhooks.webhooks()), webhooks, changes),
          webhooks::read,
          ControllerSettings.initializer(config.settings()),
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
