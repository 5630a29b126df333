package io.usher.server;

import io.usher.config.Configuration;
import io.usher.config.Setting;
import io.usher.observe.ReviewObserver;
import io.usher.telemetry.Observers;
import io.usher.webhook.WebhookRegistration;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a server is to be; given to the function that {@link UsherServer#create} takes, and used by
 * it alone.
 *
 * <p>Every setting of {@code usher serve} can be set; those that are not have the same defaults.
 */
public final class UsherConfig {

  private Configuration settings = Configuration.defaults();
  private @Nullable WebhookSource webhooks;
  private DoorParts doors = DoorParts.NONE;
  private Map<String, String> variables = Map.of();
  private ReviewObserver observer = ReviewObserver.NONE;
  private Clock clock = Clock.systemUTC();
  private @Nullable Consumer<String> fatal;

  UsherConfig() {}

  /**
   * Sets one setting: those of {@link ServerSettings}, {@link CertificateSettings}, {@link
   * EngineSettings}, {@link io.usher.http.HttpSettings}, {@link io.usher.http.CallerSettings} and
   * {@link io.usher.telemetry.TelemetrySettings}.
   *
   * @throws io.usher.config.ConfigurationException when the setting does not allow the value
   */
  public <T> UsherConfig set(Setting<T> setting, T value) {
    settings = settings.with(setting, value);
    return this;
  }

  /** Sets all settings at once, as read from flags, environment and file. */
  public UsherConfig settings(Configuration all) {
    settings = all;
    return this;
  }

  /** Serves the webhooks of these rule jars, or of directories of them. */
  public UsherConfig rules(Path... jars) {
    return set(ServerSettings.RULES, List.of(jars));
  }

  /** Takes what is configured for rules from these variables, too; other variables are left out. */
  public UsherConfig ruleVariables(Map<String, String> environment) {
    variables = environment;
    return this;
  }

  /** Serves these webhooks, which the program has built, in place of rule jars. */
  public UsherConfig webhooks(WebhookRegistration... built) {
    return webhooks(WebhookSource.of(List.of(built)));
  }

  /** Serves what this source gives, in place of rule jars. */
  public UsherConfig webhooks(WebhookSource source) {
    webhooks = source;
    return this;
  }

  /** Joins these ready-made rules to those that are served. */
  public UsherConfig doors(DoorParts parts) {
    doors = parts;
    return this;
  }

  /** Tells this observer, too, of reviews and rules. */
  public UsherConfig observe(ReviewObserver another) {
    observer = new Observers(observer, another);
    return this;
  }

  /** Takes the time of day from this clock: when certificates expire and credentials end. */
  public UsherConfig clock(Clock other) {
    clock = other;
    return this;
  }

  /**
   * What happens, on a thread of its own, when the server can't go on: memory ran out, or too many
   * threads hang in rules. By then it is unready and has given the answers that it could. Unless
   * this is set, the server closes; a process that serves nothing else ends itself here.
   *
   * @param handler gets the reason
   */
  public UsherConfig onFatal(Consumer<String> handler) {
    fatal = handler;
    return this;
  }

  Configuration settings() {
    return settings;
  }

  RuleConfigFile ruleConfig() {
    return new RuleConfigFile(
        settings.find(ServerSettings.RULE_CONFIG).orElse(null), variables, clock);
  }

  /** Where the webhooks come from; the settings' rule jars unless the program said otherwise. */
  WebhookSource source(RuleConfigFile ruleConfig) {
    return webhooks != null ? webhooks : WebhookSource.ofRules(settings, ruleConfig);
  }

  DoorParts doors() {
    return doors;
  }

  ReviewObserver observer() {
    return observer;
  }

  Clock clock() {
    return clock;
  }

  @Nullable Consumer<String> fatal() {
    return fatal;
  }
}
