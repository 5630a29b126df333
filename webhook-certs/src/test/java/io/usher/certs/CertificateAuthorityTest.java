package io.usher.certs;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.certs.CertificateAuthority.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CertificateAuthorityTest {

  @ParameterizedTest
  @CsvSource({"SERVER, 1.3.6.1.5.5.7.3.1", "CLIENT, 1.3.6.1.5.5.7.3.2"})
  void certificateServesOnePurpose(Purpose purpose, String extendedKeyUsage) throws Exception {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    var authority = CertificateAuthority.create("ca", now, Duration.ofDays(2));

    var issued = authority.issue(purpose, "usher", List.of("localhost"), now, Duration.ofDays(1));

    assertThat(issued.certificate().getExtendedKeyUsage()).containsExactly(extendedKeyUsage);
  }
}
