package io.usher.apiserver.authn.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationConfigurationTest {

  private static final String HEAD =
      "{apiVersion: apiserver.config.k8s.io/v1, kind: AuthenticationConfiguration, ";

  private static AuthenticationConfiguration parse(String text) throws Exception {
    return AuthenticationConfiguration.parse(Path.of("authn.yaml"), text);
  }

  @Test
  void anonymousCallersMayBeBoundToPaths() throws Exception {
    var some = parse(HEAD + "anonymous: {enabled: true, conditions: [{path: /healthz}]}}");
    assertThat(some.anonymous().covers("/healthz")).isTrue();
    assertThat(some.anonymous().covers("/api")).isFalse();
    assertThat(parse(HEAD + "anonymous: {enabled: true}}").anonymous().covers("/api")).isTrue();
    assertThat(parse(HEAD + "anonymous: {enabled: false}}").anonymous().covers("/api")).isFalse();
    assertThat(parse(HEAD + "jwt: []}").anonymous()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          url: 'http://a', audiences: [k]                   | username: {claim: sub, prefix: ''}  | jwt[0].issuer.url: is no https URL without user, query and fragment: write https://issuer.example.com
          url: 'https://u:p@a', audiences: [k]              | username: {claim: sub, prefix: ''}  | jwt[0].issuer.url: is no https URL without user, query and fragment: write https://issuer.example.com
          url: 'https://a', discoveryURL: 'https://a', audiences: [k] | username: {claim: sub, prefix: ''} | jwt[0].issuer.discoveryURL: is the issuer's url: leave it out
          url: 'https://a'                                  | username: {claim: sub, prefix: ''}  | jwt[0].issuer.audiences: is empty: write for whom the tokens are
          url: 'https://a', audiences: [k, l]               | username: {claim: sub, prefix: ''}  | jwt[0].issuer.audienceMatchPolicy: write MatchAny
          url: 'https://a', audiences: [k], audience: x     | username: {claim: sub, prefix: ''}  | jwt[0].issuer.audience: is not known: write some of [audienceMatchPolicy, audiences, certificateAuthority, discoveryURL, url]
          url: 'https://a', audiences: [k], certificateAuthority: x | username: {claim: sub, prefix: ''} | jwt[0].issuer.certificateAuthority: has a bad certificate: write PEM
          url: 'https://a', audiences: [k]                  | groups: {claim: g, prefix: ''}      | jwt[0].claimMappings.username: is missing: write claim and prefix, or expression
          url: 'https://a', audiences: [k]                  | username: {claim: sub}              | jwt[0].claimMappings.username.prefix: is missing: write one, or "" for none
          url: 'https://a', audiences: [k]                  | username: {claim: sub, prefix: '', expression: claims.sub} | jwt[0].claimMappings.username.expression: and claim are both there: write one of them
          url: 'https://a', audiences: [k]                  | username: {expression: claims.email} | jwt[0].claimMappings.username.expression: reads claims.email: ask for claims.email_verified there, in extra or in claimValidationRules
          url: 'https://a', audiences: [k]                  | username: {expression: '1'}         | jwt[0].claimMappings.username.expression: must evaluate to string or list(string)
          url: 'https://a', audiences: [k]                  | 'username: {claim: sub, prefix: ""}, extra: [{key: kubernetes.io/x, valueExpression: claims.x}]' | jwt[0].claimMappings.extra[0].key: write a domain of yours and a path in lower case: example.com/department
          """)
  void wrongFieldIsNamedWithWhatToWrite(String issuer, String mappings, String problem) {
    String text = HEAD + "jwt: [{issuer: {" + issuer + "}, claimMappings: {" + mappings + "}}]}";
    assertThatThrownBy(() -> parse(text)).hasMessage("authn.yaml: " + problem);
  }

  @Test
  void anotherKindIsRefused() {
    assertThatThrownBy(() -> parse("kind: ConfigMap"))
        .hasMessageStartingWith("authn.yaml: it is no AuthenticationConfiguration: write");
    assertThatThrownBy(() -> parse("a: b: c")).hasMessage("authn.yaml, line 1: is no YAML");
    assertThatThrownBy(() -> parse("- a")).hasMessage("authn.yaml: it: is no object");
    assertThatThrownBy(() -> parse("")).hasMessageStartingWith("authn.yaml: ");
  }

  @Test
  void issuerComesOnce() {
    String issuer =
        "{issuer: {url: 'https://a', audiences: [k]},"
            + " claimMappings: {username: {claim: sub, prefix: ''}}}";
    assertThatThrownBy(() -> parse(HEAD + "jwt: [" + issuer + ", " + issuer + "]}"))
        .hasMessage("authn.yaml: jwt[1].issuer.url: is that of an earlier issuer, too");
  }
}
