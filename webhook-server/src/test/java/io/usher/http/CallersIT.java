package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import io.usher.certs.ClientAuthorities;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may call which path. */
@Timeout(60)
class CallersIT {

  @TempDir private Path directory;

  @Test
  void certificateWithAnAllowedNameMayCall() throws Exception {
    try (var server = withCertificates()) {
      var right = server.authority.issue(Purpose.CLIENT, "kube-apiserver", List.of());
      assertThat(post(server, right, null).statusCode()).isEqualTo(200);
      var alternative =
          server.authority.issue(Purpose.CLIENT, "another", List.of("kube-apiserver"));
      assertThat(post(server, alternative, null).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void certificateWithAnotherNameIsForbidden() throws Exception {
    try (var server = withCertificates()) {
      var wrong = server.authority.issue(Purpose.CLIENT, "mallory", List.of());
      var response = post(server, wrong, null);
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body()).contains("\"reason\":\"Forbidden\"", "mallory");
    }
  }

  @Test
  void noCertificateIsUnauthorizedThereAndWelcomeElsewhere() throws Exception {
    try (var server = withCertificates()) {
      var response = post(server, null, null);
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().firstValue("www-authenticate")).isPresent();
      assertThat(post(server, TestServer.OTHER_PATH, null, null).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void untrustedCertificateGetsAnAlert() throws Exception {
    try (var server = withCertificates()) {
      var stranger =
          new DevelopmentCertificates(Clock.systemUTC())
              .issue(Purpose.CLIENT, "kube-apiserver", List.of());
      assertThatThrownBy(() -> post(server, stranger, null))
          .hasRootCauseInstanceOf(SSLException.class)
          .rootCause()
          .hasMessageContaining("alert");
      var right = server.authority.issue(Purpose.CLIENT, "kube-apiserver", List.of());
      assertThat(post(server, right, null).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void bearerTokenOfTheFileMayCall() throws Exception {
    Path file = Files.writeString(directory.resolve("tokens"), "# of the cluster\nsecret\n\nold\n");
    var tokens = new CredentialFile(file, Clock.systemUTC(), Duration.ZERO);
    try (var server = new TestServer(directory)) {
      server.callers.put(TestServer.PATH, new Callers(null, List.of(tokens), List.of()));
      server.start();
      assertThat(post(server, null, "Bearer secret").statusCode()).isEqualTo(200);
      assertThat(post(server, null, "Bearer guess").statusCode()).isEqualTo(401);
      assertThat(post(server, null, "Basic " + base64("secret")).statusCode()).isEqualTo(401);
      var missing = post(server, null, null);
      assertThat(missing.statusCode()).isEqualTo(401);
      assertThat(missing.headers().firstValue("www-authenticate"))
          .hasValue("Bearer realm=\"usher\"");
      Files.writeString(file, "newer\n");
      tokens.reload();
      assertThat(post(server, null, "Bearer secret").statusCode()).isEqualTo(401);
      assertThat(post(server, null, "Bearer newer").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void passwordOfTheFileMayCall() throws Exception {
    Path file = Files.writeString(directory.resolve("passwords"), "api:pässword\n");
    try (var server = new TestServer(directory)) {
      server.callers.put(
          TestServer.PATH,
          new Callers(
              null,
              List.of(),
              List.of(new CredentialFile(file, Clock.systemUTC(), Duration.ZERO))));
      server.start();
      assertThat(post(server, null, "Basic " + base64("api:pässword")).statusCode()).isEqualTo(200);
      assertThat(post(server, null, "Basic " + base64("api:password")).statusCode()).isEqualTo(401);
      assertThat(post(server, null, "Basic ???").statusCode()).isEqualTo(401);
      assertThat(post(server, null, "nonsense").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void eachPathHasItsOwnAuthorities() throws Exception {
    var others = new DevelopmentCertificates(Clock.systemUTC());
    Path file = Files.writeString(directory.resolve("others.crt"), pem(others));
    try (var server = new TestServer(directory)) {
      server.clientCas = List.of(server.path("ca.crt"), file);
      var reloaded = new ClientAuthorities(List.of(file), Clock.systemUTC(), Duration.ofMinutes(1));
      server.callers.put(
          TestServer.PATH,
          certified(
              new ClientAuthorities(
                  List.of(server.path("ca.crt")), Clock.systemUTC(), Duration.ofMinutes(1))));
      server.callers.put(TestServer.OTHER_PATH, certified(reloaded));
      server.start();
      var one = server.authority.issue(Purpose.CLIENT, "client", List.of());
      var other = others.issue(Purpose.CLIENT, "client", List.of());
      assertThat(post(server, one, null).statusCode()).isEqualTo(200);
      assertThat(post(server, TestServer.OTHER_PATH, other, null).statusCode()).isEqualTo(200);
      var wrong = post(server, other, null);
      assertThat(wrong.statusCode()).isEqualTo(403);
      assertThat(wrong.body()).contains("the CA of the client certificate is that of another path");
      assertThat(post(server, TestServer.OTHER_PATH, one, null).statusCode()).isEqualTo(403);

      Files.writeString(file, "nothing");
      reloaded.reload();
      assertThat(post(server, TestServer.OTHER_PATH, other, null).statusCode()).isEqualTo(200);
      Files.writeString(file, pem(server.authority));
      reloaded.reload();
      assertThat(post(server, TestServer.OTHER_PATH, one, null).statusCode()).isEqualTo(200);
      assertThat(post(server, TestServer.OTHER_PATH, other, null).statusCode()).isEqualTo(403);
    }
  }

  private static Callers certified(ClientAuthorities authorities, String... names) {
    return new Callers(new ClientCertificates(authorities, Set.of(names)), List.of(), List.of());
  }

  private static String pem(DevelopmentCertificates certificates) throws Exception {
    return PemFile.text(certificates.authority());
  }

  private TestServer withCertificates() throws Exception {
    var server = new TestServer(directory);
    server.clientCas = List.of(server.path("ca.crt"));
    server.callers.put(
        TestServer.PATH,
        certified(
            new ClientAuthorities(server.clientCas, Clock.systemUTC(), Duration.ofMinutes(1)),
            "kube-apiserver"));
    return server.start();
  }

  private static HttpResponse<String> post(
      TestServer server, @Nullable CertifiedKey own, @Nullable String authorization)
      throws Exception {
    return post(server, TestServer.PATH, own, authorization);
  }

  private static HttpResponse<String> post(
      TestServer server, String path, @Nullable CertifiedKey own, @Nullable String authorization)
      throws Exception {
    var request = TestServer.post(server.uri(path), Reviews.pod());
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return HttpClient.newBuilder()
        .sslContext(server.clientContext(own))
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
