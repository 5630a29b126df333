package io.usher.server;

import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.rule.RuleDefinition;
import io.usher.rulejar.RuleJars;
import io.usher.rulejar.RuleOrigin;
import io.usher.webhook.RuleConfiguration;
import io.usher.webhook.WebhookRegistration;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Where the webhooks of a server come from, at its start and each time it is to serve anew. */
@FunctionalInterface
public interface WebhookSource {

  /**
   * Loads them.
   *
   * @throws RuntimeException when they can't be served; the message names what is wrong
   */
  Webhooks load();

  /** Webhooks that were loaded. */
  interface Webhooks extends AutoCloseable {

    /** The webhooks, in the order between webhooks. */
    List<WebhookRegistration> webhooks();

    /** The jar that a rule is from. */
    default RuleOrigin originOf(RuleDefinition rule) {
      return RuleOrigin.UNKNOWN;
    }

    /** Gives up what their rules need; none of them runs any more. */
    @Override
    void close();
  }

  /** Always these. */
  static WebhookSource of(List<WebhookRegistration> webhooks) {
    var always = List.copyOf(webhooks);
    return () ->
        new Webhooks() {
          @Override
          public List<WebhookRegistration> webhooks() {
            return always;
          }

          @Override
          public void close() {
            // The program that made the rules keeps them.
          }
        };
  }

  /**
   * Those of the rule jars that are configured.
   *
   * @throws ConfigurationException when there are none
   */
  static WebhookSource ofRules(Configuration settings, RuleConfigFile ruleConfig) {
    var jars = settings.list(ServerSettings.RULES);
    if (jars.isEmpty()) {
      throw new ConfigurationException(
          "rules: name a rule jar, by --rules, USHER_RULES or the key rules of the file");
    }
    return ofJars(jars, ruleConfig::configuration);
  }

  /** Those of rule jars, as the jars and what is configured for their rules are at that time. */
  static WebhookSource ofJars(List<Path> paths, Supplier<RuleConfiguration> configuration) {
    var jarPaths = List.copyOf(paths);
    return () -> {
      var jars = RuleJars.load(jarPaths, configuration.get());
      return new Webhooks() {
        @Override
        public List<WebhookRegistration> webhooks() {
          return jars.webhooks();
        }

        @Override
        public RuleOrigin originOf(RuleDefinition rule) {
          return jars.originOf(rule);
        }

        @Override
        public void close() {
          jars.close();
        }
      };
    };
  }
}
