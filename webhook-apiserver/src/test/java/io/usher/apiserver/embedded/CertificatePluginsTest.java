package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.TestAuthority;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.RequestInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever approves or signs CertificateSigningRequests does so for the signers that he may. */
class CertificatePluginsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  private static final String CLIENTS = "kubernetes.io/kube-apiserver-client";
  private static final String APPROVED =
      "{'conditions':[{'type':'Approved','status':'True','reason':'Known'}]}";
  private static final String FAILED = "{'conditions':[{'type':'Failed','status':'True'}]}";

  /** Of groups dev and system:masters. */
  private static final String MASTERS =
      """
      -----BEGIN CERTIFICATE REQUEST-----
      MIHyMIGYAgEAMDYxDDAKBgNVBAoMA2RldjEXMBUGA1UECgwOc3lzdGVtOm1hc3Rl
      cnMxDTALBgNVBAMMBGphbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASdVYCK
      z1zt2DhvfaXexbJqLm9ywvUipzpsRIMoiW7vpcJZE42SVjfEnJYWBu1iJUWd1W1h
      j4t91puTKUimrTCCoAAwCgYIKoZIzj0EAwIDSQAwRgIhAJSYELn5AGmdnmLDUJll
      0FhDMIyd1KVk7T3nCyRRfXHRAiEA6JBe88K4Ijcc+VEAASDRNXI5O1R0PNl0UqeG
      u5DhMwA=
      -----END CERTIFICATE REQUEST-----
      """;

  /** Its common name and its group are one part of the name. */
  private static final String JOINED =
      """
      -----BEGIN CERTIFICATE REQUEST-----
      MIHhMIGIAgEAMCYxJDALBgNVBAMMBGphbmUwFQYDVQQKDA5zeXN0ZW06bWFzdGVy
      czBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJ1VgIrPXO3YOG99pd7Fsmoub3LC
      9SKnOmxEgyiJbu+lwlkTjZJWN8SclhYG7WIlRZ3VbWGPi33Wm5MpSKatMIKgADAK
      BggqhkjOPQQDAgNIADBFAiEArtZUDYdVoUyF0oLzzUrWwr1CtwrS9I764gIcOXG7
      73sCIAS37pkisFDvGQjj1VDZLstvAeF6IaselPTTOAR5pJ2e
      -----END CERTIFICATE REQUEST-----
      """;

  /** What the caller may do with signers, {@code VERB NAME}. */
  private final Set<String> rights = ConcurrentHashMap.newKeySet();

  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(
          config ->
              config
                  .controllers(false)
                  .authorizers(rbac -> List.of((user, request) -> decision(request)))
                  .admission(
                      objects ->
                          List.of(
                              new AdmissionPlugins(
                                      objects,
                                      (webhook, review) -> JSON.createObjectNode(),
                                      Runnable::run,
                                      new Random(1),
                                      Clock.systemUTC())
                                  .named(AdmissionPlugins.DEFAULT)))
                  .authenticator(request -> UserInfo.of("jane")));

  private Decision decision(RequestInfo request) {
    boolean allowed =
        !request.resource().equals("signers")
            || request.group().equals("certificates.k8s.io")
                && rights.contains(request.verb() + ' ' + request.name());
    return allowed ? Decision.allow("") : Decision.noOpinion("");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private JsonNode send(String method, String rest, JsonNode body) {
    String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    try {
      ApiRequest request =
          ApiRequest.of(method, PATH + rest)
              .withHeaders(Headers.of(Map.of("Content-Type", List.of(type))))
              .withBody(JSON.writeValueAsBytes(body));
      var answer = server.server().handle(request).toCompletableFuture().join();
      return JSON.readTree(((ApiResponse.Complete) answer).bytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The request of the cases that kube-apiserver has answered, of {@code example.com/clients}. */
  private static ObjectNode request() {
    try (InputStream in =
        CertificatePluginsTest.class.getResourceAsStream(
            "/io/usher/apiserver/builtin/certificatesigningrequests.json")) {
      return (ObjectNode) JSON.readTree(in).path("base");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode asked(String signer, String pem) {
    ObjectNode request = request();
    request
        .withObject("/spec")
        .put("signerName", signer)
        .put(
            "request", Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)));
    return send("POST", "", request);
  }

  private JsonNode patched(String part, String status) {
    try {
      String body = "{'status':" + status + "}";
      return send("PATCH", "/jane" + part, JSON.readTree(body.replace('\'', '"')));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRefused(JsonNode answer, String why) {
    assertThat(answer.path("code").asInt()).as(answer.toString()).isEqualTo(403);
    assertThat(answer.path("message").asText())
        .isEqualTo("certificatesigningrequests.certificates.k8s.io \"jane\" is forbidden: " + why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"approve example.com/clients", "approve example.com/*"})
  void approverNeedsVerbApproveOnTheSigner(String right) {
    send("POST", "", request());
    rights.addAll(
        Set.of(
            "sign example.com/clients",
            "approve example.com/other",
            "approve example.org/*",
            "approve *"));
    assertRefused(
        patched("/approval", APPROVED),
        "user not permitted to approve requests with signerName \"example.com/clients\"");
    assertThat(send("GET", "/jane", JSON.nullNode()).path("status")).isEmpty();

    rights.add(right);
    assertThat(patched("/approval", APPROVED).at("/status/conditions")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sign example.com/clients", "sign example.com/*"})
  void signerNeedsVerbSignOnTheSigner(String right) throws Exception {
    send("POST", "", request());
    rights.add("approve example.com/clients");
    byte[] pem = new TestAuthority("ca").pem().getBytes(StandardCharsets.US_ASCII);
    String certificate = "{'certificate':'" + Base64.getEncoder().encodeToString(pem) + "'}";
    for (String status : List.of(FAILED, certificate)) {
      assertRefused(
          patched("/status", status),
          "user not permitted to sign requests with signerName \"example.com/clients\"");
      assertThat(send("GET", "/jane", JSON.nullNode()).path("status")).isEmpty();
    }

    rights.add(right);
    assertThat(patched("/status", FAILED).at("/status/conditions")).hasSize(1);
    assertThat(patched("/status", certificate).path("status").has("certificate")).isTrue();
  }

  @Test
  void whoeverSignsNothingNeedsNoRight() {
    send("POST", "", request());
    rights.add("approve example.com/clients");
    patched("/approval", APPROVED);
    rights.clear();
    JsonNode same = send("GET", "/jane", JSON.nullNode());

    assertThat(send("PUT", "/jane/status", same).at("/status/conditions")).hasSize(1);
  }

  @Test
  void nobodyAsksForMasters() {
    String why = "use of " + CLIENTS + " signer with system:masters group is not allowed";
    for (String pem : List.of(MASTERS, JOINED, JOINED + MASTERS)) {
      assertRefused(asked(CLIENTS, pem), why);
    }
    String first =
        new String(
            Base64.getDecoder().decode(request().at("/spec/request").asText()),
            StandardCharsets.US_ASCII);
    assertRefused(asked(CLIENTS, first + MASTERS), why);
    assertThat(asked(CLIENTS, first).path("kind").asText()).isEqualTo("CertificateSigningRequest");
  }

  @Test
  void otherSignersDecideOnMastersThemselves() {
    assertThat(asked("example.com/clients", MASTERS).path("kind").asText())
        .isEqualTo("CertificateSigningRequest");
  }
}
