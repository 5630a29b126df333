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
 * @param margin what is kept of a call's time
 * @param maxTimeout the most that a call's own {@code timeout} is granted
 * @param maxBodyBytes 413 above it
 * @param headerTimeout from a request's first byte to the end of its headers, and for a handshake
 * @param writeTimeout how long a client may take to read an answer
 * @param idleTimeout how long a connection may stay without a request: longer than the API server's
 *     90 s, as it does not send a review again that met a closing connection
 * @param maxUnfinishedPerPeer requests under way of one address; the oldest are ended above it
 * @param maxConnections of all clients to the TLS address
 * @param maxConnectionsPerAddress of one client address; behind a proxy all have the same
 */
public record HttpSettings(
    InetSocketAddress reviews,
    InetSocketAddress health,
    DeadlineMargin margin,
    Duration maxTimeout,
    int maxBodyBytes,
    Duration headerTimeout,
    Duration writeTimeout,
    Duration idleTimeout,
    int maxUnfinishedPerPeer,
    int maxConnections,
    int maxConnectionsPerAddress) {

  /**
   * What one connection takes of the heap at most, when its client sends half a TLS record and
   * reads nothing: two TLS packets of 17 KB, one decrypted, HTTP/2's buffer of 16 KB, and 12 KB of
   * objects.
   */
  static final int BYTES_PER_CONNECTION = 80 << 10;

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

  public static final Setting<Integer> MAX_ACCESS_BODY =
      Setting.one(
          "max-access-body",
          "BYTES",
          "1Mi",
          ValueType.BYTES,
          "Largest body of a TokenReview or SubjectAccessReview");

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

  public static final Setting<Duration> WRITE_TIMEOUT =
      Setting.one(
          "write-timeout",
          "DURATION",
          "10s",
          ValueType.POSITIVE_DURATION,
          "Time that a client may take to read an answer");

  public static final Setting<Duration> MAX_TIMEOUT =
      Setting.one(
          "max-timeout",
          "DURATION",
          "30s",
          ValueType.POSITIVE_DURATION,
          "Most time that a call gets, whatever its own timeout allows");

  public static final Setting<Integer> MAX_CONNECTIONS =
      Setting.one(
          "max-connections",
          "COUNT",
          Integer.toString(defaultMaxConnections(Runtime.getRuntime().maxMemory())),
          ValueType.number(1, 1_000_000),
          "HTTPS connections of all clients; by default what a fifth of the heap holds");

  public static final Setting<Integer> MAX_CONNECTIONS_PER_ADDRESS =
      Setting.one(
          "max-connections-per-address",
          "COUNT",
          Integer.toString(defaultMaxConnections(Runtime.getRuntime().maxMemory()) / 2),
          ValueType.number(1, 1_000_000),
          "HTTPS connections of one client address; behind a proxy all clients share one");

  public static final Setting<Integer> MAX_UNFINISHED =
      Setting.one(
          "max-unfinished",
          "COUNT",
          "1024",
          ValueType.number(1, 1_000_000),
          "Requests and answers of one client address that may be under way");

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
          MAX_ACCESS_BODY,
          HEADER_TIMEOUT,
          WRITE_TIMEOUT,
          IDLE_TIMEOUT,
          MAX_TIMEOUT,
          MAX_CONNECTIONS,
          MAX_CONNECTIONS_PER_ADDRESS,
          MAX_UNFINISHED);

  /** As they are configured. */
  public static HttpSettings of(Configuration configuration) {
    return new HttpSettings(
        new InetSocketAddress(configuration.get(HOST), configuration.get(PORT)),
        new InetSocketAddress(configuration.get(HEALTH_HOST), configuration.get(HEALTH_PORT)),
        new DeadlineMargin(configuration.get(RESERVE), configuration.get(RESERVE_PERCENT)),
        configuration.get(MAX_TIMEOUT),
        configuration.get(MAX_BODY),
        configuration.get(HEADER_TIMEOUT),
        configuration.get(WRITE_TIMEOUT),
        configuration.get(IDLE_TIMEOUT),
        configuration.get(MAX_UNFINISHED),
        configuration.get(MAX_CONNECTIONS),
        configuration.get(MAX_CONNECTIONS_PER_ADDRESS));
  }

  /** As many connections as a fifth of the heap holds. */
  static int defaultMaxConnections(long heapBytes) {
    return (int) Math.max(64, Math.min(10_000, heapBytes / 5 / BYTES_PER_CONNECTION));
  }
}
