package io.usher.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SEC 1 keys as OpenSSL and cert-manager write them: with their curve and their public key. */
final class Sec1KeyTest {

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void keyWithItsPublicKeyIsRead(String curve) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    var pair = generator.generateKeyPair();
    var info = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    ASN1BitString point = info.getPublicKeyData();
    int bits = ((ECPublicKey) pair.getPublic()).getParams().getOrder().bitLength();
    var sec1 =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            bits,
            ((ECPrivateKey) pair.getPrivate()).getS(),
            point,
            info.getAlgorithm().getParameters());
    String pem =
        "-----BEGIN EC PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(sec1.getEncoded())
            + "\n-----END EC PRIVATE KEY-----\n";

    var key = new PemFile("tls.key", pem.getBytes(StandardCharsets.US_ASCII)).privateKey();

    assertThat(((ECPrivateKey) key).getS()).isEqualTo(((ECPrivateKey) pair.getPrivate()).getS());
  }
}
