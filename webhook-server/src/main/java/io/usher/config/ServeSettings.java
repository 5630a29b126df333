package io.usher.config;

import static io.usher.config.Setting.list;
import static io.usher.config.Setting.one;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Every key of {@code usher serve}, in the order in which its help lists them. */
public final class ServeSettings {

  /** The one key that is not in the file. */
  public static final Setting<Path> CONFIG =
      one("config", "FILE", null, Values::path, "YAML file with any of these keys in camelCase");

  public static final Setting<List<Path>> RULES =
      list("rules", "PATH", null, Values::path, "Rule jars, or directories of them");

  public static final Setting<String> HOST =
      one("host", "ADDRESS", "0.0.0.0", Values::text, "Address that reviews are posted to");

  public static final Setting<Integer> PORT =
      one("port", "PORT", "8443", Values.number(0, 65535), "HTTPS port; 0 for any free one");

  public static final Setting<String> HEALTH_HOST =
      one("health-host", "ADDRESS", "0.0.0.0", Values::text, "Address of probes and metrics");

  public static final Setting<Integer> HEALTH_PORT =
      one(
          "health-port",
          "PORT",
          "8080",
          Values.number(0, 65535),
          "Plain HTTP port of /livez, /readyz and /metrics; 0 for any free one");

  public static final Setting<Path> PORT_FILE =
      one(
          "port-file",
          "FILE",
          null,
          Values::path,
          "File that gets both ports as JSON when the server is ready");

  public static final Setting<Path> CERT =
      one("cert", "FILE", null, Values::path, "PEM file of the server's certificate chain");

  public static final Setting<Path> KEY =
      one("key", "FILE", null, Values::path, "PEM file of its key: PKCS #8, PKCS #1 or SEC 1");

  public static final Setting<Path> DEV_CERTS =
      one(
          "dev-certs",
          "DIR",
          null,
          Values::path,
          "Make a throwaway CA and certificate in this directory (ca.crt, tls.crt, tls.key)"
              + " instead, for development");

  public static final Setting<List<String>> DEV_CERTS_NAMES =
      list(
          "dev-certs-names",
          "NAME",
          "localhost,127.0.0.1,::1",
          Values::text,
          "DNS names and IP addresses of the throwaway certificate");

  public static final Setting<Duration> RELOAD_INTERVAL =
      one(
          "reload-interval",
          "DURATION",
          "5s",
          Values::positive,
          "How often certificates and credentials are looked at for changes");

  public static final Setting<List<ForPath<String>>> AUTHENTICATE =
      forPaths(
          "authenticate",
          "[PATH=]HOW",
          "anyone",
          Values::text,
          "Who may call, on all paths or on this one: anyone, or certificate, token, password"
              + " joined by +");

  public static final Setting<List<ForPath<Path>>> CLIENT_CA =
      forPaths(
          "client-ca", "[PATH=]FILE", null, Values::path, "PEM file of CAs of client certificates");

  public static final Setting<List<ForPath<String>>> CLIENT_NAMES =
      forPaths(
          "client-names",
          "[PATH=]NAME",
          null,
          Values::text,
          "Common names or DNS names of client certificates that may call; all if none is given");

  public static final Setting<List<ForPath<Path>>> TOKEN_FILE =
      forPaths(
          "token-file", "[PATH=]FILE", null, Values::path, "File of bearer tokens, one a line");

  public static final Setting<List<ForPath<Path>>> PASSWORD_FILE =
      forPaths(
          "password-file", "[PATH=]FILE", null, Values::path, "File of user:password, one a line");

  public static final Setting<Duration> RESERVE =
      one(
          "reserve",
          "DURATION",
          "100ms",
          Values::duration,
          "Least part of a call's time that rules don't get");

  public static final Setting<Integer> RESERVE_PERCENT =
      one(
          "reserve-percent",
          "PERCENT",
          "10",
          Values.number(0, 90),
          "Least share of a call's time that rules don't get");

  public static final Setting<Integer> SLOTS =
      one(
          "slots",
          "COUNT",
          Integer.toString(defaultSlots()),
          Values.number(1, 1024),
          "Reviews that run at once");

  public static final Setting<Integer> QUEUE_PER_SLOT =
      one(
          "queue-per-slot",
          "COUNT",
          "8",
          Values.number(1, 1024),
          "Reviews that may wait, for each slot");

  public static final Setting<Integer> MAX_HUNG_THREADS =
      one(
          "max-hung-threads",
          "COUNT",
          "16",
          Values.number(0, 1024),
          "Threads that rules may have hung before the process gives up");

  public static final Setting<Integer> MEMORY_PERCENT =
      one(
          "memory-percent",
          "PERCENT",
          "40",
          Values.number(1, 80),
          "Share of the heap that reviews in flight may take");

  public static final Setting<Integer> BYTES_PER_NODE =
      one(
          "bytes-per-node",
          "BYTES",
          "100",
          Values::bytes,
          "What a JSON value is taken to cost when it is parsed");

  public static final Setting<Integer> MAX_BODY =
      one("max-body", "BYTES", "8Mi", Values::bytes, "Largest body");

  public static final Setting<Integer> MAX_NODES =
      one(
          "max-nodes",
          "COUNT",
          "500000",
          Values.number(100, Integer.MAX_VALUE),
          "Most JSON values in a body");

  public static final Setting<Integer> MAX_DEPTH =
      one("max-depth", "COUNT", "500", Values.number(10, 10_000), "Deepest nesting in a body");

  public static final Setting<Integer> MAX_STRING =
      one("max-string", "CHARACTERS", "8Mi", Values::bytes, "Longest string in a body");

  public static final Setting<Integer> MAX_NUMBER =
      one("max-number", "CHARACTERS", "1000", Values.number(20, 100_000), "Longest number");

  public static final Setting<Duration> HEADER_TIMEOUT =
      one(
          "header-timeout",
          "DURATION",
          "5s",
          Values::positive,
          "Time for a request's headers from their first byte, and for a TLS handshake");

  public static final Setting<Duration> IDLE_TIMEOUT =
      one(
          "idle-timeout",
          "DURATION",
          "2m",
          Values::positive,
          "Time that a connection may idle; must be above the API server's 90s");

  public static final Setting<Integer> MAX_UNFINISHED =
      one(
          "max-unfinished",
          "COUNT",
          "1024",
          Values.number(1, 1_000_000),
          "Requests of one client that may be on their way in");

  public static final Setting<Duration> SHUTDOWN_DELAY =
      one(
          "shutdown-delay",
          "DURATION",
          "5s",
          Values::duration,
          "Time between turning unready and refusing connections");

  public static final Setting<Duration> SHUTDOWN_TIMEOUT =
      one(
          "shutdown-timeout",
          "DURATION",
          "30s",
          Values::duration,
          "Time for the reviews in flight to finish after that");

  public static final Setting<Integer> SELF_REVIEWS =
      one(
          "self-reviews",
          "COUNT",
          "100",
          Values.number(0, 100_000),
          "Reviews of each path that the server gives itself before it is ready, to be fast then");

  public static final Setting<Boolean> DECISION_LOG =
      one(
          "decision-log",
          "BOOLEAN",
          "true",
          Values::truth,
          "Whether each decision is logged, in a line of JSON");

  public static final Setting<String> LOG_LEVEL =
      one(
          "log-level",
          "LEVEL",
          "info",
          Values.oneOf("error", "warn", "info", "debug"),
          "What else is logged");

  /** All of them. */
  public static final List<Setting<?>> ALL =
      List.of(
          CONFIG,
          RULES,
          HOST,
          PORT,
          HEALTH_HOST,
          HEALTH_PORT,
          PORT_FILE,
          CERT,
          KEY,
          DEV_CERTS,
          DEV_CERTS_NAMES,
          RELOAD_INTERVAL,
          AUTHENTICATE,
          CLIENT_CA,
          CLIENT_NAMES,
          TOKEN_FILE,
          PASSWORD_FILE,
          RESERVE,
          RESERVE_PERCENT,
          SLOTS,
          QUEUE_PER_SLOT,
          MAX_HUNG_THREADS,
          MEMORY_PERCENT,
          BYTES_PER_NODE,
          MAX_BODY,
          MAX_NODES,
          MAX_DEPTH,
          MAX_STRING,
          MAX_NUMBER,
          HEADER_TIMEOUT,
          IDLE_TIMEOUT,
          MAX_UNFINISHED,
          SHUTDOWN_DELAY,
          SHUTDOWN_TIMEOUT,
          SELF_REVIEWS,
          DECISION_LOG,
          LOG_LEVEL);

  private ServeSettings() {}

  private static <T> Setting<List<ForPath<T>>> forPaths(
      String name,
      String label,
      @Nullable String defaultText,
      Function<String, T> parser,
      String help) {
    return list(name, label, defaultText, ForPath.parser(parser), help);
  }

  /**
   * Rules compute and may wait for a collaborator now and then: two for each core, at least four.
   */
  private static int defaultSlots() {
    return Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
  }
}
