package io.usher.apiserver.authn.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.ECKey;
import io.usher.admission.UserInfo;
import io.usher.apiserver.LogLines;
import io.usher.apiserver.TestAuthority;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Headers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens of a real issuer behind HTTPS; only the time is the test's. */
class JwtAuthenticatorIT {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private TestIssuer issuer;
  private ECKey key;

  @BeforeEach
  void start() throws Exception {
    issuer = new TestIssuer();
    key = TestIssuer.key("one");
    issuer.show(key);
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  private String configuration(String mappings) throws Exception {
    return """
        apiVersion: apiserver.config.k8s.io/v1
        kind: AuthenticationConfiguration
        jwt:
        - issuer:
            url: %s
            certificateAuthority: |
        %s
            audiences: [kube, other]
            audienceMatchPolicy: MatchAny
        %s
        """
        .formatted(
            issuer.url(),
            issuer.authority.pem().indent(6).stripTrailing(),
            mappings.indent(2).stripTrailing());
  }

  private JwtAuthenticator authenticator(String mappings) throws Exception {
    var parsed = AuthenticationConfiguration.parse(Path.of("f"), configuration(mappings));
    // On the caller's thread: an answer is there when the question has been asked.
    return JwtAuthenticator.of(parsed, Runnable::run, nanos::get, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private JwtAuthenticator bySub() throws Exception {
    return authenticator(
        """
        claimMappings:
          username: {claim: sub, prefix: "oidc:"}
          groups: {claim: groups, prefix: "oidc:"}
        """);
  }

  private String claims(String more) {
    return "{\"iss\": \""
        + issuer.url()
        + "\", \"aud\": \"kube\", \"exp\": "
        + (NOW.getEpochSecond() + 60)
        + ", \"sub\": \"alice\""
        + (more.isEmpty() ? "" : ", " + more)
        + "}";
  }

  private String token(String more) throws Exception {
    return TestIssuer.sign(key, claims(more));
  }

  @Test
  void claimsMakeTheUser() throws Exception {
    assertThat(bySub().bearer(token("\"groups\": [\"devs\", \"ops\"]")))
        .isEqualTo(new UserInfo("oidc:alice", "", List.of("oidc:devs", "oidc:ops"), Map.of()));
    assertThat(bySub().bearer(token("\"groups\": \"devs\"")))
        .extracting(UserInfo::groups)
        .isEqualTo(List.of("oidc:devs"));
    assertThat(bySub().bearer(token(""))).extracting(UserInfo::groups).isEqualTo(List.of());
    var request =
        ApiRequest.of("GET", "/api")
            .withHeaders(Headers.of(Map.of("Authorization", List.of("Bearer " + token("")))));
    assertThat(bySub().authenticate(request)).isNotNull();
    assertThat(bySub().authenticate(ApiRequest.of("GET", "/api"))).isNull();
  }

  @Test
  void expressionsMakeTheUser() throws Exception {
    var authenticator =
        authenticator(
            """
            claimMappings:
              username: {expression: "'oidc:' + claims.email"}
              groups: {expression: "claims.roles.filter(r, r.startsWith('k8s-'))"}
              uid: {claim: sub}
              extra:
              - {key: example.com/tenant, valueExpression: "claims.tenant"}
            claimValidationRules:
            - {expression: "claims.email_verified == true", message: the email is not verified}
            - {claim: hd, requiredValue: example.com}
            userValidationRules:
            - {expression: "!user.username.startsWith('system:')", message: reserved}
            - {expression: "user.groups.all(g, !g.startsWith('system:'))"}
            """);
    String good =
        "\"email\": \"a@example.com\", \"roles\": [\"k8s-devs\", \"mail\"], \"tenant\": \"t1\","
            + " \"email_verified\": true, \"hd\": \"example.com\"";
    assertThat(authenticator.bearer(token(good)))
        .isEqualTo(
            new UserInfo(
                "oidc:a@example.com",
                "alice",
                List.of("k8s-devs"),
                Map.of("example.com/tenant", List.of("t1"))));
    assertRefused(
        authenticator, token(good.replace("true", "false")), "JWT: the email is not verified");
    assertRefused(
        authenticator,
        token(good.replace("\"hd\": \"example.com\"", "\"hd\": \"other\"")),
        "JWT: claim hd has not the required value");
    assertThatThrownBy(() -> authenticator.bearer(token("\"email_verified\": true")))
        .isInstanceOf(ApiException.class)
        .message()
        .doesNotContain("alice");
  }

  private static void assertRefused(JwtAuthenticator authenticator, String token, String why) {
    assertThatThrownBy(() -> authenticator.bearer(token))
        .isInstanceOf(ApiException.class)
        .hasMessage(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "exp": 1795953599         | JWT: it has expired
          "exp": "never"            | JWT: claim exp is no time
          "exp": 1e300              | JWT: claim exp is no time
          "nbf": 1795953901         | JWT: it is not valid yet
          "aud": ["else"]           | JWT: it is for other audiences
          "aud": {"a": "else"}      | JWT: it is for other audiences
          "sub": ["alice"]          | JWT: username: claim sub is missing or no text
          "groups": [7]             | JWT: groups: claim groups is missing or no text
          "groups": null            | JWT: groups: claim groups is missing or no text
          """)
  void claimThatIsWrongRefusesTheToken(String claim, String why) throws Exception {
    String name = claim.substring(0, claim.indexOf(':'));
    String others =
        claims("")
            .replaceFirst(", " + name + ": [^,}]+", "")
            .replaceFirst("}$", ", " + claim + "}");
    assertRefused(bySub(), TestIssuer.sign(key, others), why);
  }

  @Test
  void nbfMayBeAFewMinutesAhead() throws Exception {
    assertThat(bySub().bearer(token("\"nbf\": " + (NOW.getEpochSecond() + 299)))).isNotNull();
  }

  @Test
  void emailThatIsNotVerifiedNamesNobody() throws Exception {
    var byEmail = authenticator("claimMappings: {username: {claim: email, prefix: \"\"}}");
    assertThat(byEmail.bearer(token("\"email\": \"a@b\""))).isNotNull();
    assertRefused(
        byEmail,
        token("\"email\": \"a@b\", \"email_verified\": false"),
        "JWT: claim email_verified is not true");
  }

  @Test
  void tokenOfAnotherIssuerIsLeftToOthers() throws Exception {
    var authenticator = bySub();
    for (String other :
        List.of(
            TestIssuer.sign(key, "{\"iss\": \"https://else\"}"),
            TestIssuer.sign(key, "{\"iss\": 7}"),
            TestIssuer.sign(key, "[]"),
            TestIssuer.sign(key, claims("\"iss\": \"twice\"")),
            "opaque",
            "a.b.c",
            "eyJhbGciOiJub25lIn0.e30.",
            "e".repeat(20_000))) {
      assertThat(authenticator.bearer(other)).isNull();
    }
  }

  @Test
  void tokenOfTheIssuersNameButAnotherKeyIsRefused() throws Exception {
    var forged = TestIssuer.sign(TestIssuer.key("one"), claims(""));
    assertRefused(bySub(), forged, "JWT: it is signed by no key of issuer " + issuer.url());
  }

  @Test
  void algorithmThatIsNotAllowedIsRefused() throws Exception {
    var parsed =
        AuthenticationConfiguration.parse(
            Path.of("f"), configuration("claimMappings: {username: {claim: sub, prefix: \"\"}}"));
    var rsaAlone =
        JwtAuthenticator.of(
            parsed.signedBy(Set.of("RS256")),
            Runnable::run,
            nanos::get,
            Clock.fixed(NOW, ZoneOffset.UTC));
    assertRefused(rsaAlone, token(""), "JWT: it is signed by an algorithm that does not count");
  }

  @Test
  void newKeyIsFetchedOnceInAWhile() throws Exception {
    var authenticator = bySub();
    assertThat(authenticator.bearer(token(""))).isNotNull();
    assertThat(issuer.asked).hasValue(1);
    ECKey second = TestIssuer.key("two");
    issuer.show(key, second);
    String rotated = TestIssuer.sign(second, claims(""));
    assertThatThrownBy(() -> authenticator.bearer(rotated)).isInstanceOf(ApiException.class);
    assertThat(issuer.asked).as("within the interval").hasValue(1);
    nanos.addAndGet(IssuerKeys.MIN_INTERVAL.toNanos());
    assertThat(authenticator.bearer(rotated)).isNotNull();
    assertThat(authenticator.bearer(token(""))).as("the old key is there, too").isNotNull();
    assertThat(issuer.asked).hasValue(2);
  }

  @Test
  void forgedKeysDoNotMakeTheIssuerWork() throws Exception {
    var authenticator = bySub();
    for (int i = 0; i < 100; i++) {
      String forged = TestIssuer.sign(TestIssuer.key("forged-" + i), claims(""));
      assertThatThrownBy(() -> authenticator.bearer(forged)).isInstanceOf(ApiException.class);
    }
    assertThat(issuer.asked).hasValue(1);
  }

  @Test
  void withdrawnKeyCountsNoLongerWhenTheKeysAreOld() throws Exception {
    var authenticator = bySub();
    String old = token("");
    issuer.show(TestIssuer.key("two"));
    nanos.addAndGet(IssuerKeys.MAX_AGE.toNanos() - 1);
    authenticator.reload();
    assertThat(authenticator.bearer(old)).isNotNull();
    nanos.addAndGet(1);
    authenticator.reload();
    assertThatThrownBy(() -> authenticator.bearer(old)).isInstanceOf(ApiException.class);
  }

  @Test
  void issuerThatFailsKeepsItsKeysAndIsLoggedOnce() throws Exception {
    try (var log = LogLines.of(IssuerKeys.class)) {
      var authenticator = bySub();
      issuer.keys = "";
      for (int i = 0; i < 3; i++) {
        nanos.addAndGet(IssuerKeys.MAX_AGE.toNanos());
        authenticator.reload();
      }
      assertThat(authenticator.bearer(token(""))).isNotNull();
      issuer.show(key);
      nanos.addAndGet(Duration.ofMinutes(5).toNanos());
      authenticator.reload();
      assertThat(log.lines())
          .containsExactly(
              "WARN issuer "
                  + issuer.url()
                  + ": keep the keys that are there: "
                  + issuer.url()
                  + "/keys answers 503",
              "INFO issuer " + issuer.url() + ": its keys are there again");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"issuer\": \"https://else\", \"jwks_uri\": \"https://else/keys\"}', is of another issuer",
    "'{\"issuer\": \"SELF\", \"jwks_uri\": \"http://else/keys\"}', names no https URL as jwks_uri",
    "'{\"issuer\": \"SELF\", ', answers what is no JSON",
    "'', answers 503"
  })
  void configurationThatIsWrongGivesNoKeys(String configuration, String why) throws Exception {
    issuer.configuration = configuration.replace("SELF", issuer.url());
    try (var log = LogLines.of(IssuerKeys.class)) {
      assertRefused(
          bySub(), token(""), "JWT: the keys of issuer " + issuer.url() + " are not there yet");
      assertThat(log.lines()).singleElement().asString().contains(why);
    }
  }

  @ParameterizedTest
  @CsvSource({"{}", "'{\"keys\": []}'", "'{\"keys\": [{\"kty\": \"oct\", \"k\": \"AAAA\"}]}'"})
  void documentWithoutPublicKeysGivesNone(String document) throws Exception {
    issuer.keys = document;
    assertThatThrownBy(() -> bySub().bearer(token(""))).hasMessageContaining("not there yet");
  }

  @Test
  void answerThatIsTooLargeIsNotRead() throws Exception {
    issuer.keys = " ".repeat((512 << 10) + 1);
    try (var log = LogLines.of(IssuerKeys.class)) {
      bySub();
      assertThat(log.lines()).singleElement().asString().contains("more than 524288 bytes");
    }
  }

  @Test
  void serverThatTheAuthorityDoesNotVouchForIsNotBelieved() throws Exception {
    String other =
        configuration("claimMappings: {username: {claim: sub, prefix: \"\"}}")
            .replace(
                issuer.authority.pem().indent(6).stripTrailing(),
                new TestAuthority("x").pem().indent(6).stripTrailing());
    try (var log = LogLines.of(IssuerKeys.class)) {
      JwtAuthenticator.of(
          AuthenticationConfiguration.parse(Path.of("f"), other),
          Runnable::run,
          nanos::get,
          Clock.systemUTC());
      assertThat(log.lines()).singleElement().asString().contains("does not answer");
    }
  }

  @Test
  void fileIsReadAgain(@TempDir Path folder) throws Exception {
    String text = configuration("claimMappings: {username: {claim: sub, prefix: \"a:\"}}");
    Path file = Files.writeString(folder.resolve("authn.yaml"), text);
    var authenticator = JwtAuthenticator.ofFile(file);
    String lasting =
        TestIssuer.sign(key, claims("").replaceFirst("\"exp\": \\d+", "\"exp\": 253402300799"));
    assertThat(authenticator.bearer(lasting)).extracting(UserInfo::username).isEqualTo("a:alice");
    Files.writeString(file, text.replace("a:", "b:"));
    authenticator.reload();
    assertThat(authenticator.bearer(lasting)).extracting(UserInfo::username).isEqualTo("b:alice");
    assertThat(issuer.asked).as("the issuer is the same").hasValue(1);
    Files.writeString(file, "kind: Else");
    authenticator.reload();
    assertThat(authenticator.bearer(lasting)).as("a bad file changes nothing").isNotNull();
  }
}
