package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.certs.TlsFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertsCommandTest {

  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  @Test
  void certificateHasTheNamesAndIsOfTheCa() throws Exception {
    Path out = folder.resolve("new");

    assertThat(run("--dns", "a.b.svc,a.b.svc.cluster.local", "--out", out.toString())).isZero();

    X509Certificate certificate = certificate(out.resolve("tls.crt"));
    certificate.verify(certificate(out.resolve("ca.crt")).getPublicKey());
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .isEqualTo(List.of("a.b.svc", "a.b.svc.cluster.local"));
    new TlsFiles(out.resolve("tls.crt"), out.resolve("tls.key"), List.of()).load();
    assertThat(Files.getPosixFilePermissions(out.resolve("tls.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void certificateIsValidForSoLong() throws Exception {
    run("--dns", "a.b.svc", "--days", "30", "--out", folder.toString());

    X509Certificate certificate = certificate(folder.resolve("tls.crt"));
    assertThat(
            Duration.between(
                certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant()))
        .isEqualTo(Duration.ofDays(30).plusMinutes(5));
  }

  @Test
  void certificatesThatExistAreKept() throws Exception {
    Path ca = Files.writeString(folder.resolve("ca.crt"), "in use");

    assertThat(run("--dns", "a.b.svc", "--out", folder.toString())).isEqualTo(2);

    assertThat(err.toString()).startsWith("usher certs: " + ca + " exists");
    assertThat(ca).hasContent("in use");
  }

  private static X509Certificate certificate(Path file) throws Exception {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private int run(String... args) {
    var all = new String[args.length + 1];
    all[0] = "certs";
    System.arraycopy(args, 0, all, 1, args.length);
    return Usher.commandLine(all).setErr(new PrintWriter(err, true)).execute(all);
  }
}
