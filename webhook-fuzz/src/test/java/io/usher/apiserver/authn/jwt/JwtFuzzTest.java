package io.usher.apiserver.authn.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSObject;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.file.BadFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;

/** Tokens, keys, claims and configurations, whatever they are: an answer or one kind of error. */
class JwtFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final AuthenticationConfiguration CONFIGURATION =
      parsed(
          """
          apiVersion: apiserver.config.k8s.io/v1
          kind: AuthenticationConfiguration
          jwt:
          - issuer: {url: "https://localhost:1", audiences: [kube]}
            claimValidationRules:
            - {claim: hd, requiredValue: example.com}
            - {expression: "claims.?admin.orValue(false) == false"}
            claimMappings:
              username: {claim: email, prefix: "oidc:"}
              groups: {expression: "claims.roles"}
              uid: {claim: sub}
              extra: [{key: example.com/x, valueExpression: "claims.x"}]
            userValidationRules:
            - {expression: "!user.username.startsWith('system:')"}
          """);

  /** No key is ever there, so that no token counts. */
  private static final JwtAuthenticator AUTHENTICATOR =
      JwtAuthenticator.of(CONFIGURATION, Runnable::run, () -> 0, Clock.systemUTC());

  private static AuthenticationConfiguration parsed(String text) {
    try {
      return AuthenticationConfiguration.parse(Path.of("authn.yaml"), text);
    } catch (BadFileException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest
  void token(byte[] bytes) {
    String token = new String(bytes, StandardCharsets.ISO_8859_1);
    try {
      assertThat(AUTHENTICATOR.bearer(token)).isNull();
    } catch (ApiException e) {
      assertThat(e.status().code()).isEqualTo(401);
      assertThat(token.length() > 9 && e.getMessage().contains(token)).isFalse();
    }
  }

  @FuzzTest
  void keys(byte[] document) throws ParseException {
    JWSObject token = JWSObject.parse("eyJhbGciOiJFUzI1NiJ9.e30.AAAA");
    try {
      KeySet keys = KeySet.of(JSON.readTree(document));
      keys.knows(token.getHeader());
      assertThat(keys.signed(token)).isFalse();
    } catch (IOException | IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @FuzzTest
  void claims(byte[] json) throws IOException {
    JsonNode claims;
    try {
      claims = JSON.readTree(json);
    } catch (IOException e) {
      return;
    }
    if (claims instanceof ObjectNode object) {
      try {
        assertThat(CONFIGURATION.issuers().get(0).user().user(object).username())
            .startsWith("oidc:");
      } catch (TokenException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  @FuzzTest
  void configuration(byte[] text) {
    try {
      AuthenticationConfiguration.parse(
          Path.of("authn.yaml"), new String(text, StandardCharsets.UTF_8));
    } catch (BadFileException e) {
      assertThat(e).hasMessageStartingWith("authn.yaml");
    }
  }
}
