package io.usher.certs;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What signs certificates: a CA's certificate and its key. */
public record CertificateAuthority(CertifiedKey own) {

  /** A clock may be behind by so much, and a certificate is good at once all the same. */
  public static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final Pattern IP = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  /**
   * Makes a new CA.
   *
   * @param commonName of its subject
   * @param life from now on
   */
  public static CertificateAuthority create(String commonName, Instant now, Duration life)
      throws GeneralSecurityException {
    var keys = newKeys();
    var name = new X500Name("CN=" + commonName);
    var builder = builder(name, name, keys.getPublic(), now, now.plus(life));
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
    } catch (CertIOException e) {
      throw new GeneralSecurityException("make the CA " + commonName, e);
    }
    return new CertificateAuthority(
        new CertifiedKey(signed(builder, keys.getPrivate()), keys.getPrivate()));
  }

  /** What a certificate may be used for: one thing alone, as RFC 5280 section 4.2.1.12 has it. */
  public enum Purpose {
    /** Its holder serves TLS. */
    SERVER(KeyPurposeId.id_kp_serverAuth),
    /** Its holder calls a server, and says who it is. */
    CLIENT(KeyPurposeId.id_kp_clientAuth);

    private final KeyPurposeId extendedKeyUsage;

    Purpose(KeyPurposeId extendedKeyUsage) {
      this.extendedKeyUsage = extendedKeyUsage;
    }
  }

  /**
   * Signs a certificate; it does not outlive the CA.
   *
   * @param commonName of the subject
   * @param names DNS names and IP addresses
   * @param life from now on
   */
  public CertifiedKey issue(
      Purpose purpose, String commonName, List<String> names, Instant now, Duration life)
      throws GeneralSecurityException {
    var keys = newKeys();
    Instant end = now.plus(life);
    Instant last = own.certificate().getNotAfter().toInstant();
    var builder =
        builder(
            X500Name.getInstance(own.certificate().getSubjectX500Principal().getEncoded()),
            new X500Name("CN=" + commonName),
            keys.getPublic(),
            now,
            end.isBefore(last) ? end : last);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose.extendedKeyUsage));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(own.certificate()));
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                names.stream().map(CertificateAuthority::name).toArray(GeneralName[]::new)));
      }
    } catch (CertIOException e) {
      throw new GeneralSecurityException("make the certificate of " + commonName, e);
    }
    return new CertifiedKey(signed(builder, own.key()), keys.getPrivate());
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Instant end) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, new SecureRandom()),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(end),
        subject,
        key);
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      var signer = new JcaContentSignerBuilder(CertifiedKey.signatureAlgorithm(key)).build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException("sign a certificate", e);
    }
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static GeneralName name(String text) {
    return new GeneralName(
        IP.matcher(text).matches() ? GeneralName.iPAddress : GeneralName.dNSName, text);
  }
}
