package io.usher.apiserver.builtin;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * Reads the PEM in CertificateSigningRequests. Each method gives what is wrong, an empty text when
 * it is right. Bouncy Castle tells of bytes that it can't read by unchecked exceptions of several
 * kinds, so that each of them means that.
 */
final class SigningRequestPem {

  private static final String NO_REQUEST = "PEM block type must be CERTIFICATE REQUEST";
  private static final String NO_CERTIFICATE = "must contain at least one CERTIFICATE PEM block";

  /** The signatures that Go's crypto/x509 verifies, too. */
  private static final Set<ASN1ObjectIdentifier> SIGNATURES =
      Set.of(
          PKCSObjectIdentifiers.sha1WithRSAEncryption,
          PKCSObjectIdentifiers.sha256WithRSAEncryption,
          PKCSObjectIdentifiers.sha384WithRSAEncryption,
          PKCSObjectIdentifiers.sha512WithRSAEncryption,
          PKCSObjectIdentifiers.id_RSASSA_PSS,
          X9ObjectIdentifiers.ecdsa_with_SHA1,
          X9ObjectIdentifiers.ecdsa_with_SHA256,
          X9ObjectIdentifiers.ecdsa_with_SHA384,
          X9ObjectIdentifiers.ecdsa_with_SHA512,
          EdECObjectIdentifiers.id_Ed25519);

  private static final String ELLIPTIC = "EC";
  private static final String RSA = "RSA";

  /** The keys that make them, by the JDK's names. */
  private static final Map<ASN1ObjectIdentifier, String> KEYS =
      Map.of(
          X9ObjectIdentifiers.id_ecPublicKey,
          ELLIPTIC,
          PKCSObjectIdentifiers.rsaEncryption,
          RSA,
          EdECObjectIdentifiers.id_Ed25519,
          "Ed25519");

  private SigningRequestPem() {}

  /** A request of PKCS #10 has to bear the signature of its own key. */
  static String problemOfRequest(String base64) {
    PemObject block;
    try (PemReader reader = reader(base64)) {
      block = reader.readPemObject();
    } catch (IOException | RuntimeException e) {
      return NO_REQUEST;
    }
    if (block == null || !block.getType().equals("CERTIFICATE REQUEST")) {
      return NO_REQUEST;
    }
    try {
      var request = new PKCS10CertificationRequest(block.getContent());
      SubjectPublicKeyInfo info = request.getSubjectPublicKeyInfo();
      String algorithm = KEYS.get(info.getAlgorithm().getAlgorithm());
      if (algorithm == null
          || !SIGNATURES.contains(request.getSignatureAlgorithm().getAlgorithm())) {
        return "x509: cannot verify signature: algorithm unimplemented";
      }
      // The JDK bounds the sizes of keys.
      PublicKey key =
          KeyFactory.getInstance(algorithm)
              .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
      return request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))
          ? ""
          : unverified(algorithm);
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | RuntimeException e) {
      return "the block is no certificate request of PKCS #10: sign it with openssl req or another"
          + " tool";
    }
  }

  /** As Go says it. */
  private static String unverified(String algorithm) {
    return switch (algorithm) {
      case ELLIPTIC -> "x509: ECDSA verification failure";
      case RSA -> "crypto/rsa: verification error";
      default -> "x509: Ed25519 verification failure";
    };
  }

  /** Certificates alone may be among what a signer has issued. */
  static String problemOfCertificate(String base64) {
    if (base64.isEmpty()) {
      return "";
    }
    int blocks = 0;
    try (PemReader reader = reader(base64)) {
      for (PemObject block = reader.readPemObject();
          block != null;
          block = reader.readPemObject()) {
        if (!block.getType().equals("CERTIFICATE")) {
          return "only CERTIFICATE PEM blocks are allowed, found \"" + block.getType() + '"';
        }
        if (!block.getHeaders().isEmpty()) {
          return "no PEM block headers are permitted";
        }
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(block.getContent()));
        blocks++;
      }
    } catch (CertificateException e) {
      return "a CERTIFICATE PEM block holds no certificate";
    } catch (IOException | RuntimeException e) {
      return NO_CERTIFICATE;
    }
    return blocks == 0 ? NO_CERTIFICATE : "";
  }

  private static PemReader reader(String base64) {
    byte[] pem = Base64.getDecoder().decode(base64);
    return new PemReader(new StringReader(new String(pem, StandardCharsets.ISO_8859_1)));
  }
}
