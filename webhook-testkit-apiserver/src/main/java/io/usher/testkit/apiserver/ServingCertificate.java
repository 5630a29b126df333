package io.usher.testkit.apiserver;

import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.server.ApiServerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;

/**
 * The certificate of every server of this JVM, API servers and webhook servers. Making one takes
 * longer than the rest of a server, and who trusts one test of a JVM may trust another.
 *
 * @param authority PEM of the CA, whose key is kept nowhere
 * @param server what it has signed
 * @param tls shows it
 */
record ServingCertificate(String authority, CertifiedKey server, ApiServerTls tls) {

  static final String HOST = "127.0.0.1";

  /** Made when the first server starts. */
  private static final class OfThisJvm {
    static final ServingCertificate CERTIFICATE = create();

    private static ServingCertificate create() {
      try {
        var certificates = new DevelopmentCertificates(Clock.systemUTC());
        String authority = PemFile.text(certificates.authority());
        var server =
            certificates.issue(Purpose.SERVER, "kube-apiserver", List.of(HOST, "localhost"));
        var tls = new ApiServerTls(server.serverContext(List.of()), authority, false);
        return new ServingCertificate(authority, server, tls);
      } catch (GeneralSecurityException | IOException e) {
        throw new IllegalStateException("make a certificate", e);
      }
    }
  }

  static ServingCertificate ofThisJvm() {
    return OfThisJvm.CERTIFICATE;
  }

  /** Writes certificate and key as the webhook server reads them. */
  void writeTo(Path certificate, Path key) throws GeneralSecurityException, IOException {
    Files.writeString(certificate, PemFile.text(server.certificate()));
    Files.writeString(key, PemFile.text(server.key()));
  }
}
