package io.usher.certs;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A certificate with its private key. */
public record CertifiedKey(X509Certificate certificate, PrivateKey key) {

  /**
   * A TLS context of a server that shows this certificate.
   *
   * @param clientAuthorities the CAs of client certificates, empty when none are asked for
   */
  public SSLContext serverContext(List<X509Certificate> clientAuthorities)
      throws GeneralSecurityException, IOException {
    return new Identity(List.of(certificate), key, clientAuthorities).context();
  }

  /** Refuses a key that belongs to another certificate: a handshake would fail only later. */
  public void checkPair() throws GeneralSecurityException {
    String algorithm = signatureAlgorithm(key);
    byte[] probe = {1, 2, 3};
    boolean matches;
    try {
      var signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(probe);
      var verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(probe);
      matches = verifier.verify(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException("the private key does not match the certificate", e);
    }
    if (!matches) {
      throw new GeneralSecurityException("the private key does not match the certificate");
    }
  }

  static String signatureAlgorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> "Ed25519";
    };
  }
}
