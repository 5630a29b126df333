package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.LogLines;
import io.usher.apiserver.TestAuthority;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Headers;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrontProxyTest {

  private static final Headers ALICE =
      Headers.of(
          Map.of(
              "X-Remote-User", List.of("alice"),
              "X-Remote-Uid", List.of("1"),
              "X-Remote-Group", List.of("devs", "", "ops"),
              "X-Remote-Extra-Scopes%2fA", List.of("read", "write")));

  private TestAuthority proxies;
  private TestAuthority clients;

  @BeforeEach
  void create() throws Exception {
    proxies = new TestAuthority("front-proxy-ca");
    clients = new TestAuthority("client-ca");
  }

  /** As kube-apiserver 1.36 writes it. */
  private ObjectNode configMap(String allowedNames) throws Exception {
    ObjectNode configMap = JsonNodeFactory.instance.objectNode();
    configMap
        .putObject("data")
        .put("client-ca-file", clients.pem())
        .put("requestheader-allowed-names", allowedNames)
        .put("requestheader-client-ca-file", proxies.pem())
        .put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]")
        .put("requestheader-group-headers", "[\"X-Remote-Group\"]")
        .put("requestheader-uid-headers", "[\"X-Remote-Uid\"]")
        .put("requestheader-username-headers", "[\"X-Remote-User\",\"X-Other\"]");
    return configMap;
  }

  private FrontProxy proxy() throws Exception {
    return new FrontProxy(configMap("[\"front-proxy-client\"]"));
  }

  private static X509Certificate client(TestAuthority authority, String name) throws Exception {
    return authority.issue(new X500Name("CN=" + name), KeyPurposeId.id_kp_clientAuth);
  }

  private static ApiRequest request(Headers headers, X509Certificate... chain) {
    return ApiRequest.of("GET", "/apis")
        .withHeaders(headers)
        .withClientCertificates(List.of(chain));
  }

  private void assertRefused(FrontProxy proxy, ApiRequest request) {
    assertThatThrownBy(() -> proxy.authenticate(request))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.status().code()).isEqualTo(401));
  }

  @Test
  void proxyNamesTheCallerInHeaders() throws Exception {
    assertThat(proxy().authenticate(request(ALICE, client(proxies, "front-proxy-client"))))
        .isEqualTo(
            new UserInfo(
                "alice",
                "1",
                List.of("devs", "ops", "system:authenticated"),
                Map.of("scopes/a", List.of("read", "write"))));
  }

  @Test
  void firstHeaderThatIsThereNamesTheUser() throws Exception {
    Headers other = Headers.of(Map.of("x-remote-user", List.of(""), "x-other", List.of("bob")));
    assertThat(
            proxy().authenticate(request(other, client(proxies, "front-proxy-client"))).username())
        .isEqualTo("bob");
  }

  @Test
  void headersWithoutACertificateCountForNothing() throws Exception {
    assertThat(proxy().authenticate(request(ALICE))).isNull();
  }

  @Test
  void headersOfAnotherClientCountForNothing() throws Exception {
    // He is who his certificate says, whatever he writes.
    assertThat(proxy().authenticate(request(ALICE, client(clients, "mallory"))).username())
        .isEqualTo("mallory");
    assertRefused(
        proxy(), request(ALICE, client(new TestAuthority("front-proxy-ca"), "front-proxy-client")));
    assertRefused(
        proxy(),
        request(ALICE, client(new TestAuthority("x"), "a"), client(proxies, "front-proxy-client")));
  }

  @Test
  void proxyOfAnotherNameIsRefused() throws Exception {
    assertRefused(proxy(), request(ALICE, client(proxies, "somebody")));
  }

  @Test
  void certificateThatIsExpiredOrOfAServerIsRefused() throws Exception {
    var name = new X500Name("CN=front-proxy-client");
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    assertRefused(
        proxy(), request(ALICE, proxies.issue(name, KeyPurposeId.id_kp_clientAuth, yesterday)));
    assertRefused(proxy(), request(ALICE, proxies.issue(name, KeyPurposeId.id_kp_serverAuth)));
  }

  @Test
  void proxyThatNamesNobodyIsNobody() throws Exception {
    assertRefused(proxy(), request(Headers.NONE, client(proxies, "front-proxy-client")));
  }

  @Test
  void anyNameIsAllowedWhereTheAuthorityIsTheProxiesOwn() throws Exception {
    var proxy = new FrontProxy(configMap("[]"));
    assertThat(proxy.authenticate(request(ALICE, client(proxies, "any"))).username())
        .isEqualTo("alice");
  }

  @Test
  void authorityOfOrdinaryClientsNeedsAllowedNames() throws Exception {
    clients = proxies;
    assertThat(new FrontProxy(configMap("[\"front-proxy-client\"]"))).isNotNull();
    assertThatThrownBy(() -> new FrontProxy(configMap("[]")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("requestheader-allowed-names is empty")
        .hasMessageContaining("also signs ordinary clients");
  }

  @Test
  void authorityThatSignedTheOneOfClientsNeedsAllowedNames() throws Exception {
    clients = proxies.intermediate("client-ca");
    assertThatThrownBy(() -> new FrontProxy(configMap("[]")))
        .hasMessageContaining("also signs ordinary clients");
  }

  @Test
  void changeIsTakenOver() throws Exception {
    FrontProxy proxy = proxy();
    var old = client(proxies, "front-proxy-client");
    proxies = new TestAuthority("front-proxy-ca");
    proxy.update(configMap("[\"front-proxy-client\"]"));
    assertRefused(proxy, request(ALICE, old));
    assertThat(proxy.authenticate(request(ALICE, client(proxies, "front-proxy-client"))))
        .isNotNull();
  }

  @Test
  void badChangeIsNotTakenOver() throws Exception {
    FrontProxy proxy = proxy();
    var certificate = client(proxies, "front-proxy-client");
    ObjectNode unsafe = configMap("[]");
    unsafe.withObject("/data").put("client-ca-file", proxies.pem());
    ObjectNode garbled = configMap("[]");
    garbled.withObject("/data").put("requestheader-username-headers", "X-Remote-User");
    try (LogLines log = LogLines.of(FrontProxy.class)) {
      proxy.update(unsafe);
      proxy.update(garbled);
      proxy.update(JsonNodeFactory.instance.objectNode());
      assertThat(log.lines()).hasSize(3).allMatch(line -> line.startsWith("ERROR keep trusting"));
    }
    assertThat(proxy.authenticate(request(ALICE, certificate)).username()).isEqualTo("alice");
  }

  @Test
  void serverWithoutAggregatorIsRefused() {
    assertThatThrownBy(() -> new FrontProxy(JsonNodeFactory.instance.objectNode()))
        .hasMessage(
            "ConfigMap kube-system/extension-apiserver-authentication: requestheader-client-ca-file"
                + " is empty: start kube-apiserver with --requestheader-client-ca-file");
  }

  @Test
  void emptyPrefixWouldMakeAllHeadersCount() throws Exception {
    ObjectNode configMap = configMap("[]");
    configMap.withObject("/data").put("requestheader-extra-headers-prefix", "[\"\"]");
    assertThatThrownBy(() -> new FrontProxy(configMap)).hasMessageContaining("empty prefix");
  }
}
