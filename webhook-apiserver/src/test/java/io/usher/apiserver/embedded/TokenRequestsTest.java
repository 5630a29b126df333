package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.storage.file.FileStorage;
import io.usher.apiserver.storage.memory.MemoryStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tokens of ServiceAccounts: who issues one, whom they stand for, and when they count no longer.
 */
class TokenRequestsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CORE = "/api/v1/namespaces/default";
  private static final String ACCOUNTS = CORE + "/serviceaccounts";

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private EmbeddedApiServer server;

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  @BeforeEach
  void start() {
    server =
        EmbeddedApiServer.create(
            config ->
                config
                    .controllers(false)
                    .clock(clock)
                    .authorizers(rbac -> List.of(new AlwaysAllow()))
                    .library(
                        library ->
                            library.storage(
                                FileStorage.open(
                                    folder.resolve("objects.db"),
                                    MemoryStorage.DEFAULT_HISTORY_BYTES)))
                    .authenticator(
                        request ->
                            request.headers().first("Authorization") == null
                                ? UserInfo.of("admin", "system:authenticated")
                                : null));
    if (get(ACCOUNTS + "/robot").path("code").asInt() == 404) {
      post(ACCOUNTS, "{'metadata':{'name':'robot'}}");
    }
  }

  @AfterEach
  void close() {
    server.close();
  }

  private JsonNode send(String method, String uri, String body, Headers headers) {
    ApiRequest request =
        ApiRequest.of(method, uri)
            .withBody(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
            .withHeaders(headers);
    try {
      ApiResponse response =
          server.server().handle(request).toCompletableFuture().get(60, TimeUnit.SECONDS);
      return JSON.readTree(((ApiResponse.Complete) response).bytes());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode get(String uri) {
    return send("GET", uri, "", Headers.NONE);
  }

  private JsonNode post(String uri, String body) {
    return send("POST", uri, body, Headers.NONE);
  }

  private void delete(String uri) {
    send("DELETE", uri, "", Headers.NONE);
  }

  private String token(String spec) {
    JsonNode request = post(ACCOUNTS + "/robot/token", "{'spec':{" + spec + "}}");
    assertThat(request.path("kind").asText()).as(request.toString()).isEqualTo("TokenRequest");
    return request.at("/status/token").asText();
  }

  /** Who the server says a bearer is; its refusal where it does not know him. */
  private JsonNode whoami(String token) {
    JsonNode review =
        send(
            "POST",
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            "{}",
            Headers.of(Map.of("Authorization", List.of("Bearer " + token))));
    return review.has("code") ? review.path("code") : review.at("/status/userInfo");
  }

  private JsonNode review(String token, String audiences) {
    return post(
            "/apis/authentication.k8s.io/v1/tokenreviews",
            "{'spec':{'token':'" + token + "','audiences':[" + audiences + "]}}")
        .path("status");
  }

  @Test
  void bearerIsTheServiceAccount() throws Exception {
    JsonNode request = post(ACCOUNTS + "/robot/token", "{'spec':{}}");
    assertThat(request.at("/spec").toString())
        .isEqualTo(
            "{\"expirationSeconds\":3600,\"audiences\":[\"https://kubernetes.default.svc\"],"
                + "\"boundObjectRef\":null}");
    assertThat(request.at("/status/expirationTimestamp").asText())
        .isEqualTo("2026-01-02T04:04:05Z");
    String token = request.at("/status/token").asText();
    String uid = get(ACCOUNTS + "/robot").at("/metadata/uid").asText();
    JsonNode user = whoami(token);
    assertThat(user.path("username").asText()).isEqualTo("system:serviceaccount:default:robot");
    assertThat(user.path("uid").asText()).isEqualTo(uid);
    assertThat(user.path("groups").toString())
        .isEqualTo(
            "[\"system:serviceaccounts\",\"system:serviceaccounts:default\",\"system:authenticated\"]");
    JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    assertThat(claims.path("sub").asText()).isEqualTo("system:serviceaccount:default:robot");
    assertThat(claims.at("/kubernetes.io").toString())
        .isEqualTo(
            "{\"namespace\":\"default\",\"serviceaccount\":{\"name\":\"robot\",\"uid\":\""
                + uid
                + "\"}}");
  }

  @Test
  void tokenCountsForItsAudiencesAlone() {
    String token = token("'audiences':['vault','db']");
    assertThat(whoami(token).asInt()).isEqualTo(401);
    JsonNode accepted = review(token, "'db','other'");
    assertThat(accepted.path("authenticated").asBoolean()).isTrue();
    assertThat(accepted.path("audiences").toString()).isEqualTo("[\"db\"]");
    for (String audience : List.of("'other'", "")) {
      JsonNode refused = review(token, audience);
      assertThat(refused.path("authenticated").asBoolean()).isFalse();
      assertThat(refused.path("error").asText()).contains("[vault, db]");
    }
  }

  @Test
  void tokenGoesWithItsServiceAccount() {
    String token = token("");
    delete(ACCOUNTS + "/robot");
    post(ACCOUNTS, "{'metadata':{'name':'robot'}}");
    assertThat(whoami(token).asInt()).isEqualTo(401);
    assertThat(review(token, "").path("error").asText())
        .isEqualTo("service account token has been invalidated");
    assertThat(whoami(token("")).has("username")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "Secret, /api/v1/namespaces/default/secrets, '{}', credential-id",
    "Pod, /api/v1/namespaces/default/pods, '{\"spec\":{\"serviceAccountName\":\"robot\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}', pod-name",
    "Node, /api/v1/nodes, '{}', node-name",
  })
  void tokenGoesWithWhatItIsBoundTo(String kind, String path, String object, String extra)
      throws Exception {
    var json = (ObjectNode) JSON.readTree(object);
    json.putObject("metadata").put("name", "bound");
    JsonNode bound = post(path, json.toString());
    assertThat(bound.path("kind").asText()).as(bound.toString()).isEqualTo(kind);
    String token =
        token("'boundObjectRef':{'apiVersion':'v1','kind':'" + kind + "','name':'bound'}");
    assertThat(whoami(token).path("extra").has("authentication.kubernetes.io/" + extra)).isTrue();
    assertThat(review(token, "").path("authenticated").asBoolean()).isTrue();

    delete(path + "/bound");
    assertInvalidated(token);
    JsonNode again = post(path, json.toString());
    assertThat(again.at("/metadata/uid").asText()).isNotEmpty();
    assertInvalidated(token);
  }

  private void assertInvalidated(String token) {
    assertThat(whoami(token).asInt()).isEqualTo(401);
    JsonNode review = review(token, "");
    assertThat(review.path("authenticated").asBoolean()).isFalse();
    assertThat(review.path("error").asText())
        .isEqualTo("service account token has been invalidated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'spec':4} | number into Go struct field TokenRequest.spec of type v1.TokenRequestSpec",
        "{'metadata':4} | number into Go struct field TokenRequest.metadata of type v1.ObjectMeta",
        "{'spec':{'audiences':'a'}} | string into Go struct field TokenRequestSpec.spec.audiences of"
            + " type []string",
        "{'spec':{'expirationSeconds':'1'}} | string into Go struct field"
            + " TokenRequestSpec.spec.expirationSeconds of type int64",
      })
  void requestThatIsNoneIsRefused(String body, String problem) {
    JsonNode refused = post(ACCOUNTS + "/robot/token", body);

    assertThat(refused.path("code").asInt()).isEqualTo(400);
    assertThat(refused.path("message").asText())
        .isEqualTo(
            "TokenRequest in version \"v1\" cannot be handled as a TokenRequest: json: cannot"
                + " unmarshal "
                + problem);
  }

  @Test
  void tokenExpires() {
    String token = token("'expirationSeconds':600");
    now = now.plusSeconds(600);
    assertThat(whoami(token).has("username")).isTrue();
    now = now.plusSeconds(61);
    assertThat(whoami(token).asInt()).isEqualTo(401);
    assertThat(review(token, "").path("error").asText())
        .isEqualTo("service account token has expired");
  }

  @Test
  void whatIsChangedInATokenIsSeen() {
    String[] parts = token("").split("\\.");
    String none =
        Base64.getUrlEncoder()
            .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    String other =
        Base64.getUrlEncoder().encodeToString("{\"iss\":\"x\"}".getBytes(StandardCharsets.UTF_8));
    for (String token :
        List.of(
            parts[0] + '.' + other + '.' + parts[2],
            none + '.' + parts[1] + '.',
            parts[0] + '.' + parts[1] + '.',
            parts[0] + '.' + parts[1] + ".AAAA",
            parts[0] + '.' + parts[1] + ".*",
            "ey",
            "ey" + ".".repeat(100_000))) {
      assertThat(whoami(token).asInt()).as(token).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'spec':{'expirationSeconds':599}} | 422 | may not specify a duration less than 10 minutes",
        "{'spec':{'expirationSeconds':4294967297}} | 422 | may not specify a duration larger than 2^32",
        "{'metadata':{'name':'other'}} | 422 | must match the service account name if specified",
        "{'metadata':{'uid':'x'}} | 409 | does not match the UID of the service account",
        "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'x'}}} | 404 | pods \"x\" not found",
        "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Service','name':'x'}}} | 400 | cannot bind token",
      })
  void requestThatCanNotBeMetIsRefused(String body, int code, String message) {
    JsonNode refusal = post(ACCOUNTS + "/robot/token", body);
    assertThat(refusal.path("code").asInt()).as(refusal.toString()).isEqualTo(code);
    assertThat(refusal.path("message").asText()).contains(message);
    assertThat(post(ACCOUNTS + "/nobody/token", "{}").path("code").asInt()).isEqualTo(404);
  }

  @Test
  void tokenCountsAfterARestartWithTheSameFile() {
    String token = token("");
    server.close();
    start();
    assertThat(whoami(token).path("username").asText())
        .isEqualTo("system:serviceaccount:default:robot");
    // the key is nobody's to read
    assertThat(get("/apis").toString()).contains("\"apps\"").doesNotContain("usher.io");
  }
}
