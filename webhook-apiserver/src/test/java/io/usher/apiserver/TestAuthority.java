package io.usher.apiserver;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A CA that issues whatever a test wants. */
public final class TestAuthority {

  private final KeyPair keys;
  private final X509Certificate certificate;

  public TestAuthority(String name) throws Exception {
    keys = newKeys();
    certificate = authority(new X500Name("CN=" + name), name, keys.getPublic());
  }

  private TestAuthority(KeyPair keys, X509Certificate certificate) {
    this.keys = keys;
    this.certificate = certificate;
  }

  /** Another authority, which this one vouches for. */
  public TestAuthority intermediate(String name) throws Exception {
    KeyPair others = newKeys();
    var issuer = new X500Name(certificate.getSubjectX500Principal().getName());
    return new TestAuthority(others, authority(issuer, name, others.getPublic()));
  }

  private static KeyPair newKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private X509Certificate authority(X500Name issuer, String name, PublicKey key) throws Exception {
    Instant end = Instant.now().plus(Duration.ofHours(1));
    var builder = builder(issuer, new X500Name("CN=" + name), end, key);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return signed(builder);
  }

  public X509Certificate issue(X500Name subject, KeyPurposeId purpose) throws Exception {
    return issue(subject, purpose, Instant.now().plus(Duration.ofHours(1)));
  }

  public X509Certificate issue(X500Name subject, KeyPurposeId purpose, Instant end)
      throws Exception {
    var issuer = new X500Name(certificate.getSubjectX500Principal().getName());
    var builder = builder(issuer, subject, end);
    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    return signed(builder);
  }

  public String pem() throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private JcaX509v3CertificateBuilder builder(X500Name issuer, X500Name subject, Instant end) {
    return builder(issuer, subject, end, keys.getPublic());
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, Instant end, PublicKey key) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        BigInteger.valueOf(0x2a),
        Date.from(Instant.now().minus(Duration.ofDays(2))),
        Date.from(end),
        subject,
        key);
  }

  private X509Certificate signed(JcaX509v3CertificateBuilder builder) throws Exception {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
  }

  /** The TLS of a server with this name. */
  public SSLContext serverContext(String name) throws Exception {
    var issuer = new X500Name(certificate.getSubjectX500Principal().getName());
    var builder =
        builder(issuer, new X500Name("CN=" + name), Instant.now().plus(Duration.ofHours(1)));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server", keys.getPrivate(), new char[0], new X509Certificate[] {signed(builder)});
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
