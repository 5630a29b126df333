package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.UserInfo;
import io.usher.apiserver.TestAuthority;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificatesTest {

  private static final ASN1ObjectIdentifier UID = new ASN1ObjectIdentifier("1.3.6.1.4.1.57683.2");

  @TempDir private Path folder;
  private Path file;
  private TestAuthority authority;
  private ClientCertificates certificates;

  @BeforeEach
  void create() throws Exception {
    authority = new TestAuthority("clients");
    file = Files.writeString(folder.resolve("ca.pem"), authority.pem());
    certificates = new ClientCertificates(file);
  }

  private UserInfo user(X509Certificate certificate) {
    return certificates.authenticate(showing(certificate));
  }

  private static ApiRequest showing(X509Certificate certificate) {
    return Requests.anonymous().withClientCertificates(List.of(certificate));
  }

  private X509Certificate client(X500Name subject) throws Exception {
    return authority.issue(subject, KeyPurposeId.id_kp_clientAuth);
  }

  @Test
  void commonNameIsTheUserAndOrganizationsAreHisGroups() throws Exception {
    var certificate =
        client(
            new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "devs")
                .addRDN(BCStyle.O, "ops, \"night\"")
                .addRDN(BCStyle.CN, "alice")
                .addRDN(UID, "uid-1")
                .build());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    assertThat(user(certificate))
        .isEqualTo(
            new UserInfo(
                "alice",
                "uid-1",
                List.of("devs", "ops, \"night\""),
                Map.of(
                    "authentication.kubernetes.io/credential-id",
                    List.of("X509SHA256=" + HexFormat.of().formatHex(digest)))));
  }

  @Test
  void namesWithTheSignsOfAPathOfNamesStayWhatTheyAre() throws Exception {
    for (String odd : List.of(" zoë\\, = #;", "a+CN=admin", "O=system:masters", "#20", "\"q\"")) {
      var certificate =
          client(
              new X500NameBuilder(BCStyle.INSTANCE)
                  .addRDN(BCStyle.O, new DERUTF8String(odd))
                  .addRDN(BCStyle.CN, new DERUTF8String(odd))
                  .addRDN(BCStyle.EmailAddress, "z@example.com")
                  .build());
      assertThat(user(certificate).username()).isEqualTo(odd);
      assertThat(user(certificate).groups()).containsExactly(odd);
    }
  }

  @Test
  void lastOfSeveralCommonNamesCounts() throws Exception {
    assertThat(user(client(new X500Name("CN=first,CN=last"))).username()).isEqualTo("last");
  }

  @Test
  void certificateWithoutCommonNameIsOfNoConcern() throws Exception {
    assertThat(user(client(new X500Name("O=devs")))).isNull();
    assertThat(certificates.authenticate(Requests.anonymous())).isNull();
  }

  @Test
  void certificateOfAnotherAuthorityIsRefused() throws Exception {
    var stranger =
        new TestAuthority("clients").issue(new X500Name("CN=a"), KeyPurposeId.id_kp_clientAuth);
    assertRefused(stranger);
  }

  @Test
  void expiredCertificateIsRefused() throws Exception {
    assertRefused(
        authority.issue(
            new X500Name("CN=a"),
            KeyPurposeId.id_kp_clientAuth,
            Instant.now().minus(Duration.ofDays(1))));
  }

  @Test
  void certificateOfAServerIsRefused() throws Exception {
    assertRefused(authority.issue(new X500Name("CN=a"), KeyPurposeId.id_kp_serverAuth));
  }

  @Test
  void certificateWithTwoUidsIsRefused() throws Exception {
    assertRefused(
        client(
            new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, "a")
                .addRDN(UID, "1")
                .addRDN(UID, "2")
                .build()));
  }

  private void assertRefused(X509Certificate certificate) {
    assertThatThrownBy(() -> user(certificate))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith("verify client certificate 2a: ");
  }

  @Test
  void authorityThatIsNoLongerThereIsNotTrusted() throws Exception {
    var certificate = client(new X500Name("CN=alice"));
    assertThat(user(certificate)).isNotNull();
    Files.writeString(file, new TestAuthority("others").pem());
    certificates.reload();
    assertRefused(certificate);
  }

  @Test
  void badFileIsNamed() throws Exception {
    Files.writeString(file, "");
    assertThatThrownBy(() -> new ClientCertificates(file))
        .hasMessage(file + ": has no certificate: write PEM, BEGIN CERTIFICATE");
    Files.writeString(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertThatThrownBy(() -> new ClientCertificates(file))
        .hasMessageStartingWith(file + ": has a bad certificate: ");
  }
}
