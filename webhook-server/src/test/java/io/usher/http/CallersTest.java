package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.ClientAuthorities;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.observe.Caller;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who a caller is. */
class CallersTest {

  @TempDir private Path directory;

  @Test
  void whereNoCredentialIsAskedForNobodyIsKnown() {
    assertThat(Callers.anyone().check(call("Bearer secret")))
        .isEqualTo(new CallerCheck.Known(Caller.ANYONE));
  }

  @Test
  void aTokenIsOfItsFile() throws Exception {
    Path file = Files.writeString(directory.resolve("tokens"), "secret\n");
    var callers =
        new Callers(
            null, List.of(new CredentialFile(file, Clock.systemUTC(), Duration.ZERO)), List.of());
    assertThat(callers.check(call("Bearer secret")))
        .isEqualTo(new CallerCheck.Known(new Caller(file.toString(), "token")));
    assertThat(callers.check(call("Bearer guess")))
        .isEqualTo(Refusal.unauthorized("the credential is not known", "Bearer realm=\"usher\""));
  }

  @Test
  void aPasswordIsOfItsUser() throws Exception {
    Path file = Files.writeString(directory.resolve("passwords"), "api:pass:word\n");
    var callers =
        new Callers(
            null, List.of(), List.of(new CredentialFile(file, Clock.systemUTC(), Duration.ZERO)));
    String basic =
        Base64.getEncoder().encodeToString("api:pass:word".getBytes(StandardCharsets.UTF_8));
    assertThat(callers.check(call("Basic " + basic)))
        .isEqualTo(new CallerCheck.Known(new Caller("api", "password")));
  }

  @Test
  void aCertificateIsOfItsAllowedName() throws Exception {
    var ca = new DevelopmentCertificates(Clock.systemUTC());
    Path file = Files.writeString(directory.resolve("ca.crt"), PemFile.text(ca.authority()));
    var certificates =
        new ClientCertificates(
            new ClientAuthorities(List.of(file), Clock.systemUTC(), Duration.ZERO),
            Set.of("kube-apiserver"));
    var callers = new Callers(certificates, List.of(), List.of());
    var right = ca.issue(Purpose.CLIENT, "other", List.of("kube-apiserver")).certificate();
    assertThat(callers.check(call(null, right)))
        .isEqualTo(new CallerCheck.Known(new Caller("kube-apiserver", "certificate")));
    var wrong = ca.issue(Purpose.CLIENT, "mallory", List.of()).certificate();
    assertThat(callers.check(call(null, wrong)))
        .isEqualTo(Refusal.forbidden("no name of the client certificate may call: [mallory]"));
  }

  private static HttpCall call(@Nullable String authorization, X509Certificate... certificates) {
    return new HttpCall() {
      @Override
      public String method() {
        return "POST";
      }

      @Override
      public String path() {
        return TestServer.PATH;
      }

      @Override
      public @Nullable String query() {
        return null;
      }

      @Override
      public @Nullable String header(String name) {
        return name.equals("Authorization") ? authorization : null;
      }

      @Override
      public Map<String, List<String>> headers() {
        return Map.of();
      }

      @Override
      public long contentLength() {
        return 0;
      }

      @Override
      public long beganNanos() {
        return 0;
      }

      @Override
      public @Nullable SocketAddress remoteAddress() {
        return null;
      }

      @Override
      public List<X509Certificate> clientCertificates() {
        return List.of(certificates);
      }

      @Override
      public Caller caller() {
        throw new UnsupportedOperationException("the check finds it");
      }
    };
  }
}
