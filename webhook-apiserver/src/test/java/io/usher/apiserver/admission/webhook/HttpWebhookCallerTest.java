package io.usher.apiserver.admission.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.usher.apiserver.TestAuthority;
import io.usher.apiserver.admission.Write;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpWebhookCallerTest {

  private final HttpWebhookCaller caller =
      new HttpWebhookCaller(
          (namespace, name, port) -> URI.create("https://localhost:" + address().getPort()));
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TestAuthority authority;
  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    authority = new TestAuthority("webhooks");
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext("localhost")));
    server.setExecutor(threads);
    server.createContext(
        "/ok",
        exchange -> answer(exchange, 200, "{\"uri\": \"" + exchange.getRequestURI() + "\"}"));
    server.createContext("/slow", this::hang);
    server.createContext(
        "/huge", exchange -> answer(exchange, 200, "\"" + "a".repeat((8 << 20) + 1) + '"'));
    server.createContext("/text", exchange -> answer(exchange, 200, "hello"));
    server.createContext(
        "/code",
        exchange -> {
          String[] parts = exchange.getRequestURI().getPath().split("/", 4);
          answer(exchange, Integer.parseInt(parts[2]), parts[3]);
        });
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private InetSocketAddress address() {
    return server.getAddress();
  }

  private void hang(HttpExchange exchange) throws IOException {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private WebhookEndpoint endpoint(String config, int timeout) throws Exception {
    ObjectNode json = Write.node(config);
    json.put(
        "caBundle",
        Base64.getEncoder().encodeToString(authority.pem().getBytes(StandardCharsets.UTF_8)));
    return new WebhookEndpoint("w", json, timeout);
  }

  private WebhookEndpoint url(String path, int timeout) throws Exception {
    return endpoint("{url: 'https://localhost:" + address().getPort() + path + "'}", timeout);
  }

  private static ObjectNode review() {
    return Write.node("{kind: AdmissionReview}");
  }

  @Test
  void callTellsItsTimeout() throws Exception {
    assertThat(caller.call(url("/ok", 30), review()).path("uri").asText())
        .isEqualTo("/ok?timeout=30s");
  }

  @Test
  void serviceIsResolved() throws Exception {
    var service = endpoint("{service: {namespace: ns, name: hook, path: /ok/x, port: 8443}}", 5);
    assertThat(caller.call(service, review()).path("uri").asText()).isEqualTo("/ok/x?timeout=5s");
    assertThat(HttpWebhookCaller.ServiceResolver.CLUSTER.resolve("ns", "hook", 8443))
        .hasToString("https://hook.ns.svc:8443");
  }

  @Test
  void webhookThatDoesNotAnswerIsGivenUp() throws Exception {
    var slow = url("/slow", 1);
    assertThatThrownBy(() -> caller.call(slow, review()))
        .isInstanceOf(WebhookCallException.class)
        .hasMessage(
            "failed to call webhook: Post \"https://localhost:"
                + address().getPort()
                + "/slow?timeout=1s\": context deadline exceeded");
  }

  @Test
  void hugeAnswerIsNotRead() throws Exception {
    var huge = url("/huge", 30);
    assertThatThrownBy(() -> caller.call(huge, review()))
        .isInstanceOf(WebhookCallException.class)
        .hasMessageEndingWith("the answer has more than 8388608 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          500/boom    | an error on the server ("boom") has prevented the request from succeeding
          502/        | an error on the server ("unknown") has prevented the request from succeeding
          404/x       | the server could not find the requested resource
          503/x       | the server is currently unable to handle the request
          401/x       | the server has asked for the client to provide credentials
          418/x       | the server responded with the status code 418 but did not return more information
          """)
  void otherAnswersAreFailures(String path, String message) throws Exception {
    var bad = url("/code/" + path, 30);
    assertThatThrownBy(() -> caller.call(bad, review()))
        .isInstanceOf(WebhookCallException.class)
        .hasMessage("failed to call webhook: " + message);
  }

  @Test
  void answerThatIsNoJsonIsAFailure() throws Exception {
    var text = url("/text", 30);
    assertThatThrownBy(() -> caller.call(text, review()))
        .hasMessageStartingWith("failed to call webhook: couldn't decode the answer: ");
  }

  @Test
  void strangersCertificateIsNotTrusted() throws Exception {
    var stranger =
        new WebhookEndpoint(
            "w",
            Write.node("{url: 'https://localhost:" + address().getPort() + "/ok'}")
                .put(
                    "caBundle",
                    Base64.getEncoder()
                        .encodeToString(
                            new TestAuthority("x").pem().getBytes(StandardCharsets.UTF_8))),
            30);
    assertThatThrownBy(() -> caller.call(stranger, review()))
        .isInstanceOf(WebhookCallException.class)
        .hasMessageStartingWith("failed to call webhook: Post ");
  }

  @Test
  void nobodyListens() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var nobody = endpoint("{url: 'https://localhost:" + port + "'}", 30);
    assertThatThrownBy(() -> caller.call(nobody, review()))
        .hasMessageMatching("(?s).*dial tcp [0-9.:]+:" + port + ": connect: connection refused");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                        | webhook configuration must have either service or URL
          {url: 'http://localhost'} | webhook configuration must have either service or URL
          {url: 'https://a b'}      | Unparsable URL: Illegal character
          """)
  void badConfigurationIsNamed(String config, String message) throws Exception {
    var bad = endpoint(config, 30);
    assertThatThrownBy(() -> caller.call(bad, review()))
        .isInstanceOf(WebhookCallException.class)
        .hasMessageContaining(message);
  }

  @Test
  void badBundleIsNamed() {
    var bad =
        new WebhookEndpoint("w", Write.node("{url: 'https://localhost', caBundle: '###'}"), 30);
    assertThatThrownBy(() -> caller.call(bad, review()))
        .hasMessageStartingWith("could not get REST client: caBundle: ");
  }
}
