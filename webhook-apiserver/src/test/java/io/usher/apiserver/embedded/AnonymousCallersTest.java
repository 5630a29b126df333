package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.authz.AlwaysAllow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where callers without a credential are anonymous, those with a wrong one are not. */
class AnonymousCallersTest {

  private static final String WHOAMI = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(
          config ->
              config
                  .controllers(false)
                  .anonymous(true)
                  .authorizers(rbac -> List.of(new AlwaysAllow()))
                  .authenticator(
                      request ->
                          request.headers().all("Authorization").contains("Bearer jane")
                              ? UserInfo.of("jane")
                              : null));

  @AfterEach
  void close() {
    server.close();
  }

  private ApiResponse.Complete send(String method, String uri, String token, String body) {
    Map<String, List<String>> headers =
        token.isEmpty() ? Map.of() : Map.of("Authorization", List.of("Bearer " + token));
    return (ApiResponse.Complete)
        server
            .server()
            .handle(
                ApiRequest.of(method, uri)
                    .withHeaders(Headers.of(headers))
                    .withBody(body.getBytes(StandardCharsets.UTF_8)))
            .toCompletableFuture()
            .join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/api", "/api/v1/namespaces"})
  void wrongTokenIsRefusedWhereverAnybodyMayCome(String path) {
    assertThat(send("GET", path, "", "").code()).isEqualTo(200);
    assertThat(send("GET", path, "jane", "").code()).isEqualTo(200);
    assertThat(send("GET", path, "wrong", "").code()).isEqualTo(401);
  }

  private JsonNode json(String uri, String body) throws Exception {
    return new ObjectMapper().readTree(send("POST", uri, "", body).bytes()).path("status");
  }

  @Test
  void tokenReviewKnowsNobodyWhoIsAnonymous() throws Exception {
    assertThat(json(WHOAMI, "{}").at("/userInfo/username").asText()).isEqualTo("system:anonymous");
    String reviews = "/apis/authentication.k8s.io/v1/tokenreviews";
    assertThat(json(reviews, "{\"spec\":{\"token\":\"wrong\"}}").toString())
        .isEqualTo("{\"error\":\"invalid bearer token\",\"user\":{}}");
    assertThat(json(reviews, "{\"spec\":{\"token\":\"jane\"}}").at("/user/username").asText())
        .isEqualTo("jane");
  }
}
