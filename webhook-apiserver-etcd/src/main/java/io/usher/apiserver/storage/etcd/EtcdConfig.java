package io.usher.apiserver.storage.etcd;

import io.usher.apiserver.storage.memory.MemoryStorage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where etcd is, and how much is asked of it. What kube-apiserver has a flag for is named as there.
 *
 * @param servers the members, {@code https://etcd-0:2379}; all by https or all by http
 * @param prefix what every key begins with, {@code /registry}; no other program may write there
 * @param tls files for https; null for http
 * @param historyBytes how much of the history watchers and old lists may go back to, about
 * @param compactionInterval how long etcd keeps old versions; zero where somebody else compacts
 * @param timeout how long one request to etcd may take; more than an election does
 */
public record EtcdConfig(
    List<URI> servers,
    String prefix,
    @Nullable Tls tls,
    long historyBytes,
    Duration compactionInterval,
    Duration timeout) {

  /** As kube-apiserver. */
  public static final String DEFAULT_PREFIX = "/registry";

  /** As kube-apiserver. */
  public static final Duration DEFAULT_COMPACTION_INTERVAL = Duration.ofMinutes(5);

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /**
   * PEM files, read again when they change.
   *
   * @param authorities who issues the members' certificates
   * @param certificate the client's, with those between it and its CA
   * @param key of the certificate
   */
  public record Tls(Path authorities, Path certificate, Path key) {}

  /**
   * @throws IllegalArgumentException when a value makes no sense; the message says what to write
   */
  public EtcdConfig {
    servers = List.copyOf(servers);
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("no etcd server is named: write http://127.0.0.1:2379");
    }
    String scheme = tls == null ? "http" : "https";
    for (URI server : servers) {
      if (!scheme.equals(server.getScheme()) || server.getHost() == null || server.getPort() < 0) {
        throw new IllegalArgumentException(
            "etcd server "
                + server
                + " must be "
                + scheme
                + "://HOST:PORT"
                + (tls == null ? "; https needs the files of a client certificate" : ""));
      }
    }
    if (!prefix.startsWith("/") || prefix.length() < 2 || prefix.endsWith("/")) {
      throw new IllegalArgumentException(
          "etcd prefix \"" + prefix + "\" must begin with a slash and not end with one: /registry");
    }
  }

  /** Etcd at these members, by http. */
  public static EtcdConfig of(List<URI> servers) {
    return of(servers, null);
  }

  /**
   * Etcd at these members.
   *
   * @param tls files for https; null for http
   */
  public static EtcdConfig of(List<URI> servers, @Nullable Tls tls) {
    return new EtcdConfig(
        servers,
        DEFAULT_PREFIX,
        tls,
        MemoryStorage.DEFAULT_HISTORY_BYTES,
        DEFAULT_COMPACTION_INTERVAL,
        DEFAULT_TIMEOUT);
  }

  /** The same under another prefix. */
  public EtcdConfig withPrefix(String other) {
    return new EtcdConfig(servers, other, tls, historyBytes, compactionInterval, timeout);
  }

  /** The same with another history. */
  public EtcdConfig withHistoryBytes(long other) {
    return new EtcdConfig(servers, prefix, tls, other, compactionInterval, timeout);
  }

  /** The same with another compaction. */
  public EtcdConfig withCompactionInterval(Duration other) {
    return new EtcdConfig(servers, prefix, tls, historyBytes, other, timeout);
  }
}
