package io.usher.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.certs.CertificateAuthority.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerFilesTest {

  private static final List<String> NAMES = List.of("a.system.svc", "a.system.svc.cluster.local");

  @TempDir private Path folder;
  private DevelopmentCertificates authority;

  @BeforeEach
  void write() throws Exception {
    authority = new DevelopmentCertificates(Clock.systemUTC());
    Files.writeString(folder.resolve("ca.crt"), PemFile.text(authority.authority()));
    CertifiedKey own = authority.issue(Purpose.SERVER, "a", NAMES);
    Files.writeString(folder.resolve("tls.crt"), PemFile.text(own.certificate()));
    Files.writeString(folder.resolve("tls.key"), PemFile.text(own.key()));
  }

  private PeerFiles files() throws Exception {
    return new PeerFiles(
        folder.resolve("tls.crt"),
        folder.resolve("tls.key"),
        folder.resolve("ca.crt"),
        Clock.systemUTC());
  }

  private static List<X509Certificate> chain(CertifiedKey key) {
    return List.of(key.certificate());
  }

  @Test
  void serverOfTheSameNamesAndCaIsAPeer() throws Exception {
    assertThat(files().isPeer(chain(authority.issue(Purpose.SERVER, "a", NAMES)))).isTrue();
  }

  @Test
  void nobodyElseIs() throws Exception {
    PeerFiles files = files();
    var otherCa = new DevelopmentCertificates(Clock.systemUTC());
    assertThat(files.isPeer(List.of())).as("no certificate").isFalse();
    assertThat(files.isPeer(chain(otherCa.issue(Purpose.SERVER, "a", NAMES))))
        .as("another CA")
        .isFalse();
    assertThat(files.isPeer(chain(authority.issue(Purpose.SERVER, "a", List.of("b.system.svc")))))
        .as("another server")
        .isFalse();
    assertThat(files.isPeer(chain(authority.issue(Purpose.SERVER, "a", NAMES.subList(0, 1)))))
        .as("not all names")
        .isFalse();
    assertThat(files.isPeer(chain(authority.issue(Purpose.CLIENT, "a", NAMES))))
        .as("no server's certificate")
        .isFalse();
  }

  @Test
  void newAuthorityIsTakenOver() throws Exception {
    PeerFiles files = files();
    List<X509Certificate> before = chain(authority.issue(Purpose.SERVER, "a", NAMES));
    assertThat(files.look()).isFalse();
    write();
    assertThat(files.look()).isTrue();
    assertThat(files.isPeer(before)).isFalse();
    assertThat(files.isPeer(chain(authority.issue(Purpose.SERVER, "a", NAMES)))).isTrue();
  }

  @Test
  void certificateWithoutDnsNameIsRefused() throws Exception {
    CertifiedKey own = authority.issue(Purpose.SERVER, "a", List.of("127.0.0.1"));
    Files.writeString(folder.resolve("tls.crt"), PemFile.text(own.certificate()));
    Files.writeString(folder.resolve("tls.key"), PemFile.text(own.key()));
    assertThatThrownBy(this::files)
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("tls.crt has no DNS name");
  }
}
