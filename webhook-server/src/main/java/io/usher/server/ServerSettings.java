package io.usher.server;

import io.usher.config.Setting;
import io.usher.config.ValueType;
import io.usher.decisions.DecisionSettings;
import io.usher.http.CallerSettings;
import io.usher.http.HttpSettings;
import io.usher.telemetry.TelemetrySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What is served, how the server begins and ends; and the settings of all its parts. */
public final class ServerSettings {

  public static final Setting<List<Path>> RULES =
      Setting.list("rules", "PATH", null, ValueType.PATH, "Rule jars, or directories of them");

  public static final Setting<Path> RULE_CONFIG =
      Setting.one(
          "rule-config",
          "FILE",
          null,
          ValueType.PATH,
          "YAML file of what is configured for rules: for each webhook a mapping of keys to values");

  public static final Setting<List<WebhookPath>> MUTATING_PATH =
      Setting.list(
          "mutating-path",
          "WEBHOOK=PATH",
          null,
          WebhookPath.TYPE,
          "Path of a webhook's mutating rules, in place of the one that the rules state");

  public static final Setting<List<WebhookPath>> VALIDATING_PATH =
      Setting.list(
          "validating-path",
          "WEBHOOK=PATH",
          null,
          WebhookPath.TYPE,
          "Path of a webhook's validating rules, in place of the one that the rules state");

  public static final Setting<Path> PORT_FILE =
      Setting.one(
          "port-file",
          "FILE",
          null,
          ValueType.PATH,
          "File that gets both ports as JSON when the server is ready");

  public static final Setting<Duration> RELOAD_INTERVAL =
      Setting.one(
          "reload-interval",
          "DURATION",
          "5s",
          ValueType.POSITIVE_DURATION,
          "How often files are looked at for changes: certificates, credentials, what is configured for"
              + " rules");

  public static final Setting<Integer> SELF_REVIEWS =
      Setting.one(
          "self-reviews",
          "COUNT",
          "100",
          ValueType.number(0, 100_000),
          "Reviews of each path that the server gives itself before it is ready, to be fast then");

  public static final Setting<Duration> SHUTDOWN_DELAY =
      Setting.one(
          "shutdown-delay",
          "DURATION",
          "5s",
          ValueType.DURATION,
          "Time between turning unready and refusing connections");

  public static final Setting<Duration> SHUTDOWN_TIMEOUT =
      Setting.one(
          "shutdown-timeout",
          "DURATION",
          "30s",
          ValueType.DURATION,
          "Time for the reviews in flight to finish after that");

  /** The settings of the whole server, in the order of the help. */
  public static final List<Setting<?>> ALL =
      Stream.of(
              List.<Setting<?>>of(RULES, RULE_CONFIG, MUTATING_PATH, VALIDATING_PATH, PORT_FILE),
              CertificateSettings.ALL,
              List.<Setting<?>>of(RELOAD_INTERVAL),
              CallerSettings.ALL,
              HttpSettings.ALL,
              EngineSettings.ALL,
              ViewSettings.ALL,
              List.<Setting<?>>of(SELF_REVIEWS, SHUTDOWN_DELAY, SHUTDOWN_TIMEOUT),
              TelemetrySettings.ALL,
              DecisionSettings.ALL)
          .flatMap(List::stream)
          .toList();

  private ServerSettings() {}
}
