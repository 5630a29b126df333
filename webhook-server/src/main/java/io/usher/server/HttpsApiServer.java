package io.usher.server;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.embedded.EmbeddedApiServer;
import io.usher.apiserver.embedded.EmbeddedConfig;
import io.usher.config.Configuration;
import io.usher.http.ApiHttpServer;
import io.usher.http.ApiLimits;
import io.usher.http.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An embedded API server that clients reach over HTTPS. One administrator knows a random token;
 * {@link #kubeconfig()} holds it, and what tells that the server is the right one.
 */
public final class HttpsApiServer implements AutoCloseable {

  private static final String ADMINISTRATOR = "kubernetes-admin";
  private static final int TOKEN_BYTES = 32;

  private final String host;
  private final byte[] token;
  private final String authority;
  private final EmbeddedApiServer embedded;
  private final ApiHttpServer http;
  private final CountDownLatch ended = new CountDownLatch(1);

  private HttpsApiServer(
      InetSocketAddress address,
      ApiServerTls tls,
      Consumer<EmbeddedConfig> configure,
      Consumer<String> fatal) {
    host = address.getHostString();
    token = randomToken();
    authority = tls.authority();
    embedded =
        EmbeddedApiServer.create(
            config -> {
              config
                  .authority(authority)
                  .library(library -> library.serverAddress(() -> host + ':' + port()));
              configure.accept(config);
              config.authenticator(this::administrator);
            });
    http =
        new ApiHttpServer(
            embedded.server(),
            address,
            tls.context(),
            tls.asksClients(),
            HttpSettings.of(Configuration.read(HttpSettings.ALL, Map.of(), Map.of())),
            ApiLimits.DEFAULT,
            fatal);
  }

  private static byte[] randomToken() {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * A server that listens, with a certificate that is thrown away.
   *
   * @param address where; port 0 for any
   * @param clientAuthorities the CAs of client certificates; empty when none are asked for
   * @param configure what differs from {@link EmbeddedApiServer}'s defaults
   * @param fatal is told when the process can't go on, and why
   * @throws StartException when it can't listen there
   */
  public static HttpsApiServer start(
      InetSocketAddress address,
      List<X509Certificate> clientAuthorities,
      Consumer<EmbeddedConfig> configure,
      Consumer<String> fatal)
      throws GeneralSecurityException, IOException {
    return start(
        address,
        ApiServerTls.throwaway(address.getHostString(), clientAuthorities),
        configure,
        fatal);
  }

  /**
   * A server that listens.
   *
   * @param address where; port 0 for any
   * @param tls how it shows who it is
   * @param configure what differs from {@link EmbeddedApiServer}'s defaults
   * @param fatal is told when the process can't go on, and why
   * @throws StartException when it can't listen there
   */
  public static HttpsApiServer start(
      InetSocketAddress address,
      ApiServerTls tls,
      Consumer<EmbeddedConfig> configure,
      Consumer<String> fatal) {
    var server = new HttpsApiServer(address, tls, configure, fatal);
    try {
      server.http.start();
    } catch (Exception e) {
      server.embedded.close();
      throw new StartException("listen on " + address, e);
    }
    server.embedded.advertise(server.advertised(address.getAddress()));
    return server;
  }

  /** Where clients find a server that listens there. */
  private InetSocketAddress advertised(@Nullable InetAddress listens) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return new InetSocketAddress(
        listens == null || listens.isAnyLocalAddress() ? loopback : listens, port());
  }

  private @Nullable UserInfo administrator(ApiRequest request) {
    String authorization = request.headers().first("Authorization");
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      return null;
    }
    byte[] shown =
        authorization.substring("Bearer ".length()).strip().getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(shown, token)
        ? UserInfo.of(ADMINISTRATOR, "system:masters", "system:authenticated")
        : null;
  }

  /** The port that it listens on. */
  public int port() {
    return http.port();
  }

  /** Its address, {@code https://127.0.0.1:6443}. */
  public String url() {
    return "https://" + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ':' + port();
  }

  /** Closes its port and every connection, until {@link #acceptConnections}. */
  public void refuseConnections() {
    http.refuseConnections();
  }

  /** Listens on the same port as before {@link #refuseConnections}. */
  public void acceptConnections() {
    http.acceptConnections();
  }

  /** What answers. */
  public EmbeddedApiServer embedded() {
    return embedded;
  }

  /** A kubeconfig of its administrator: whoever has it may do everything. */
  public String kubeconfig() {
    return kubeconfig(ADMINISTRATOR, new String(token, StandardCharsets.US_ASCII), "default");
  }

  /**
   * A kubeconfig of anybody.
   *
   * @param user its name for him
   * @param anyToken one that an authenticator of the server knows
   * @param namespace the one that he uses when he names none
   */
  public String kubeconfig(String user, String anyToken, String namespace) {
    return """
        apiVersion: v1
        kind: Config
        current-context: usher
        clusters:
        - name: usher
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: %s
          user:
            token: %s
        contexts:
        - name: usher
          context:
            cluster: usher
            user: %s
            namespace: %s
        """
        .formatted(
            url(),
            Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII)),
            user,
            anyToken,
            user,
            namespace);
  }

  /** Waits until it is closed. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public void close() {
    try {
      http.close();
    } finally {
      embedded.close();
      ended.countDown();
    }
  }
}
