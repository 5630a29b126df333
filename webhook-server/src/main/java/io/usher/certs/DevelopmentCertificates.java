package io.usher.certs;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
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
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A throwaway CA, and certificates that it has signed, for a developer's machine. The CA's key is
 * kept nowhere: when this object is gone, nobody can sign with it.
 */
public final class DevelopmentCertificates {

  /** Long enough for a day's work, short enough that nobody ships one. */
  private static final Duration LIFE = Duration.ofDays(7);

  private static final Pattern IP = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private final Clock clock;
  private final Duration life;
  private final KeyPair authorityKeys;
  private final X509Certificate authority;

  /** A certificate with its key. */
  public record Issued(X509Certificate certificate, PrivateKey key) {}

  /** Makes a new CA. */
  public DevelopmentCertificates(Clock clock) throws GeneralSecurityException {
    this(clock, LIFE);
  }

  private DevelopmentCertificates(Clock clock, Duration life) throws GeneralSecurityException {
    this.clock = clock;
    this.life = life;
    this.authorityKeys = newKeys();
    this.authority = sign("CN=usher development CA", authorityKeys.getPublic(), null);
  }

  /** The CA's certificate. */
  public X509Certificate authority() {
    return authority;
  }

  /**
   * Signs a certificate that serves as a server's and as a client's.
   *
   * @param commonName of the subject
   * @param names DNS names and IP addresses
   */
  public Issued issue(String commonName, List<String> names) throws GeneralSecurityException {
    var keys = newKeys();
    return new Issued(sign("CN=" + commonName, keys.getPublic(), names), keys.getPrivate());
  }

  /**
   * Makes a CA and a server's certificate, and writes {@code ca.crt}, {@code tls.crt} and {@code
   * tls.key} as a Secret of a certificate has them.
   */
  public static void writeTo(Path directory, List<String> names, Clock clock)
      throws GeneralSecurityException, IOException {
    writeTo(directory, names, clock, LIFE);
  }

  /** Does the same with certificates that are valid for so long. */
  public static void writeTo(Path directory, List<String> names, Clock clock, Duration life)
      throws GeneralSecurityException, IOException {
    var authority = new DevelopmentCertificates(clock, life);
    var server = authority.issue("usher", names);
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("ca.crt"), pem(authority.authority()));
    Files.writeString(directory.resolve("tls.crt"), pem(server.certificate()));
    Path key = directory.resolve("tls.key");
    Files.deleteIfExists(key);
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, pem(server.key()));
  }

  /** PEM of a certificate, or of a key in PKCS #8. */
  public static String pem(Object content) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          content instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : content);
    }
    return text.toString();
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private X509Certificate sign(String subject, PublicKey key, @Nullable List<String> names)
      throws GeneralSecurityException {
    var now = clock.instant();
    var name = new X500Name(subject);
    var builder =
        new JcaX509v3CertificateBuilder(
            names == null ? name : new X500Name("CN=usher development CA"),
            new BigInteger(127, new SecureRandom()),
            Date.from(now.minus(Duration.ofMinutes(5))),
            Date.from(now.plus(life)),
            name,
            key);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(names == null));
      if (names == null) {
        builder.addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      } else {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
        if (!names.isEmpty()) {
          builder.addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(
                  names.stream().map(DevelopmentCertificates::name).toArray(GeneralName[]::new)));
        }
      }
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKeys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (CertIOException | OperatorCreationException e) {
      throw new GeneralSecurityException("sign the certificate of " + subject, e);
    }
  }

  private static GeneralName name(String text) {
    return new GeneralName(
        IP.matcher(text).matches() ? GeneralName.iPAddress : GeneralName.dNSName, text);
  }
}
