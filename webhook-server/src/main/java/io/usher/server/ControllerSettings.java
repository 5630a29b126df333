package io.usher.server;

import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.config.Setting;
import io.usher.config.ValueType;
import io.usher.http.HttpSettings;
import io.usher.initializer.InitializerSettings;
import io.usher.leader.LeaderElectionSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Which replica of a controller works; and the settings of all its parts. */
public final class ControllerSettings {

  public static final Setting<String> LEASE_NAME =
      Setting.one(
          "lease-name",
          "NAME",
          "usher-controller",
          ValueType.TEXT,
          "Lease whose holder works; the same for all replicas of a controller");

  public static final Setting<String> LEASE_NAMESPACE =
      Setting.one(
          "lease-namespace",
          "NAMESPACE",
          null,
          ValueType.TEXT,
          "Namespace of the Lease; else the Pod's, or that of the kubeconfig's context");

  public static final Setting<Duration> LEASE_DURATION =
      Setting.one(
          "lease-duration",
          "DURATION",
          "15s",
          ValueType.POSITIVE_DURATION,
          "Time without a renewal after which another replica takes the Lease");

  public static final Setting<Duration> RENEW_DEADLINE =
      Setting.one(
          "renew-deadline",
          "DURATION",
          "10s",
          ValueType.POSITIVE_DURATION,
          "Time without a renewal after which the holder stops working");

  public static final Setting<Duration> RETRY_PERIOD =
      Setting.one(
          "retry-period",
          "DURATION",
          "2s",
          ValueType.POSITIVE_DURATION,
          "Time between two renewals, and the least between two looks at another's Lease");

  public static final Setting<Boolean> INITIALIZE =
      Setting.one(
          "initialize",
          "true|false",
          "false",
          ValueType.TRUTH,
          "Whether the mutating rules change the objects that exist, too, and keep them so");

  public static final Setting<Integer> INITIALIZE_MAX_PER_SECOND =
      Setting.one(
          "initialize-max-per-second",
          "COUNT",
          "20",
          ValueType.number(0, 100_000),
          "Most objects that are changed so in a second; 0 for no bound");

  public static final Setting<Integer> INITIALIZE_MAX_UNAVAILABLE =
      Setting.one(
          "initialize-max-unavailable",
          "COUNT",
          "1",
          ValueType.number(0, 100_000),
          "Most workloads whose Pods are replaced at a time, as their template changes so; 0 for no"
              + " bound");

  /** All of them, in the order of the help. */
  public static final List<Setting<?>> ALL =
      Stream.of(
              List.<Setting<?>>of(
                  ServerSettings.RULES,
                  ServerSettings.RULE_CONFIG,
                  ServerSettings.RELOAD_INTERVAL,
                  HttpSettings.HEALTH_HOST,
                  HttpSettings.HEALTH_PORT),
              ViewSettings.ALL,
              List.<Setting<?>>of(
                  LEASE_NAME,
                  LEASE_NAMESPACE,
                  LEASE_DURATION,
                  RENEW_DEADLINE,
                  RETRY_PERIOD,
                  INITIALIZE,
                  INITIALIZE_MAX_PER_SECOND,
                  INITIALIZE_MAX_UNAVAILABLE))
          .flatMap(List::stream)
          .toList();

  private ControllerSettings() {}

  /** How objects that exist are changed. */
  static InitializerSettings initializer(Configuration configuration) {
    return new InitializerSettings(
        false,
        false,
        configuration.get(INITIALIZE_MAX_PER_SECOND),
        configuration.get(INITIALIZE_MAX_UNAVAILABLE),
        InitializerSettings.DEFAULT.rolloutTimeout());
  }

  /**
   * As they are configured.
   *
   * @param identity of this process, unlike that of any other process
   */
  static LeaderElectionSettings election(Configuration configuration, String identity) {
    try {
      return new LeaderElectionSettings(
          configuration.find(LEASE_NAMESPACE).orElse(null),
          configuration.get(LEASE_NAME),
          identity,
          configuration.get(LEASE_DURATION),
          configuration.get(RENEW_DEADLINE),
          configuration.get(RETRY_PERIOD));
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(String.valueOf(e.getMessage()));
    }
  }
}
