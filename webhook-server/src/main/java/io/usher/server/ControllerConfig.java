package io.usher.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.config.Setting;
import io.usher.leader.LeaderTask;
import io.usher.telemetry.TelemetrySettings;
import io.usher.webhook.WebhookRegistration;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a controller is to be; given to the function that {@link UsherController#create} takes, and
 * used by it alone.
 */
public final class ControllerConfig {

  private Configuration settings = Configuration.defaults();
  private @Nullable WebhookSource webhooks;
  private Map<String, String> variables = Map.of();
  private final List<LeaderTask> tasks = new ArrayList<>();
  private @Nullable Function<List<WebhookRegistration>, List<ObjectNode>> configurations;

  ControllerConfig() {}

  /**
   * Sets one setting of {@link ControllerSettings#ALL}.
   *
   * @throws ConfigurationException when the setting does not allow the value
   */
  public <T> ControllerConfig set(Setting<T> setting, T value) {
    settings = settings.with(setting, value);
    return this;
  }

  /** Sets all settings at once, as read from flags, environment and file. */
  public ControllerConfig settings(Configuration all) {
    settings = all;
    return this;
  }

  /** Takes the handlers of these rule jars, or of directories of them. */
  public ControllerConfig rules(Path... jars) {
    return set(ServerSettings.RULES, List.of(jars));
  }

  /** Takes what is configured for rules from these variables, too; other variables are left out. */
  public ControllerConfig ruleVariables(Map<String, String> environment) {
    variables = environment;
    return this;
  }

  /** Takes the handlers of these webhooks, which the program has built, in place of rule jars. */
  public ControllerConfig webhooks(WebhookRegistration... built) {
    webhooks = WebhookSource.of(List.of(built));
    return this;
  }

  /** Runs this, too, while this replica leads. */
  public ControllerConfig task(LeaderTask task) {
    tasks.add(task);
    return this;
  }

  /**
   * Says what webhook configurations an API server would have for these webhooks; needed with
   * {@link ControllerSettings#INITIALIZE}, as they say for which objects a rule is.
   */
  public ControllerConfig configurations(
      Function<List<WebhookRegistration>, List<ObjectNode>> registration) {
    configurations = registration;
    return this;
  }

  Configuration settings() {
    return settings;
  }

  List<ObjectNode> configurations(List<WebhookRegistration> registered) {
    if (configurations == null) {
      throw new ConfigurationException(
          "initialize: the program must say by ControllerConfig.configurations what the webhooks"
              + " are registered for");
    }
    return configurations.apply(registered);
  }

  /** For the webhooks of the same rules, as an API server of this process would have them. */
  void applyTo(UsherConfig config) {
    config
        .set(TelemetrySettings.DECISION_LOG, false)
        .set(ServerSettings.RULES, settings.list(ServerSettings.RULES))
        .ruleVariables(variables);
    settings
        .find(ServerSettings.RULE_CONFIG)
        .ifPresent(file -> config.set(ServerSettings.RULE_CONFIG, file));
    if (webhooks != null) {
      config.webhooks(webhooks);
    }
  }

  List<LeaderTask> tasks() {
    return tasks;
  }

  RuleConfigFile ruleConfig() {
    return new RuleConfigFile(
        settings.find(ServerSettings.RULE_CONFIG).orElse(null), variables, Clock.systemUTC());
  }

  WebhookSource.Webhooks load(RuleConfigFile ruleConfig) {
    return webhooks != null ? webhooks.load() : WebhookSource.ofRules(settings, ruleConfig).load();
  }
}
