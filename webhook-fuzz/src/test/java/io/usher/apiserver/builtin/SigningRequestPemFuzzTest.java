package io.usher.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The PEM of a CertificateSigningRequest is right, or it is said what is wrong with it. */
class SigningRequestPemFuzzTest {

  private static final String BEGIN = "-----BEGIN CERTIFICATE REQUEST-----\n";
  private static final String END = "\n-----END CERTIFICATE REQUEST-----\n";

  @FuzzTest
  void pem(byte[] bytes) {
    String base64 = Base64.getEncoder().encodeToString(bytes);
    assertThat(SigningRequestPem.problemOfRequest(base64)).isNotNull();
    assertThat(SigningRequestPem.problemOfCertificate(base64)).isNotNull();
  }

  /** The block within the PEM. */
  @FuzzTest
  void request(byte[] der) {
    String pem = BEGIN + Base64.getMimeEncoder().encodeToString(der) + END;
    String base64 = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(SigningRequestPem.problemOfRequest(base64)).isNotNull();
  }
}
