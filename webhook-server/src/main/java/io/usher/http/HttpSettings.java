package io.usher.http;

import io.usher.config.Configuration;
import io.usher.config.Setting;
import io.usher.config.ValueType;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the server listens on, and what it bears from clients.
 *
 * @param reviews the TLS address; port 0 for any
 * @param health the plain address of the health routes and metrics; port 0 for any
 * @param reserve what is kept of a call's time
 * @param maxBodyBytes 413 above it
 * @param headerTimeout from a request's first byte to the end of its headers, and for a handshake
 * @param idleTimeout how long a connection may stay without a request: longer than the API server's
 *     90 s, as it does not send a review again that met a closing connection
 * @param maxUnfinishedPerPeer requests under way of one address; the oldest are ended above it
 */
public record HttpSettings(
    InetSocketAddress reviews,
    InetSocketAddress health,
    TimeReserve reserve,
    int maxBodyBytes,
    Duration headerTimeout,
    Duration idleTimeout,
    int maxUnfinishedPerPeer) {

  public static final Setting<String> HOST =
      Setting.one(
          "host", "ADDRESS", "0.0.0.0", ValueType.TEXT, "Address that reviews are posted to");

  public static final Setting<Integer> PORT =
      Setting.one(
          "port", "PORT", "8443", ValueType.number(0, 65535), "HTTPS port; 0 for any free one");

  public static final Setting<String> HEALTH_HOST =
      Setting.one(
          "health-host", "ADDRESS", "0.0.0.0", ValueType.TEXT, "Address of probes and metrics");

  public static final Setting<Integer> HEALTH_PORT =
      Setting.one(
          "health-port",
          "PORT",
          "8080",
          ValueType.number(0, 65535),
          "Plain HTTP port of /livez, /readyz and /metrics; 0 for any free one");

  public static final Setting<Duration> RESERVE =
      Setting.one(
          "reserve",
          "DURATION",
          "100ms",
          ValueType.DURATION,
          "Least part of a call's time that rules don't get");

  public static final Setting<Integer> RESERVE_PERCENT =
      Setting.one(
          "reserve-percent",
          "PERCENT",
          "10",
          ValueType.number(0, 90),
          "Least share of a call's time that rules don't get");

  public static final Setting<Integer> MAX_BODY =
      Setting.one("max-body", "BYTES", "8Mi", ValueType.BYTES, "Largest body");

  public static final Setting<Duration> HEADER_TIMEOUT =
      Setting.one(
          "header-timeout",
          "DURATION",
          "5s",
          ValueType.POSITIVE_DURATION,
          "Time for a request's headers from their first byte, and for a TLS handshake");

  public static final Setting<Duration> IDLE_TIMEOUT =
      Setting.one(
          "idle-timeout",
          "DURATION",
          "2m",
          ValueType.POSITIVE_DURATION,
          "Time that a connection may idle; must be above the API server's 90s");

  public static final Setting<Integer> MAX_UNFINISHED =
      Setting.one(
          "max-unfinished",
          "COUNT",
          "1024",
          ValueType.number(1, 1_000_000),
          "Requests of one client that may be on their way in");

  /** All of them, in the order of the help. */
  public static final List<Setting<?>> ALL =
      List.of(
          HOST,
          PORT,
          HEALTH_HOST,
          HEALTH_PORT,
          RESERVE,
          RESERVE_PERCENT,
          MAX_BODY,
          HEADER_TIMEOUT,
          IDLE_TIMEOUT,
          MAX_UNFINISHED);

  /** As they are configured. */
  public static HttpSettings of(Configuration configuration) {
    return new HttpSettings(
        new InetSocketAddress(configuration.get(HOST), configuration.get(PORT)),
        new InetSocketAddress(configuration.get(HEALTH_HOST), configuration.get(HEALTH_PORT)),
        new TimeReserve(configuration.get(RESERVE), configuration.get(RESERVE_PERCENT)),
        configuration.get(MAX_BODY),
        configuration.get(HEADER_TIMEOUT),
        configuration.get(IDLE_TIMEOUT),
        configuration.get(MAX_UNFINISHED));
  }
}
