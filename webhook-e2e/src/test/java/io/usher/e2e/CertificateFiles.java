package io.usher.e2e;

import io.usher.certs.PemFile;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of one run, and the certificates that it signs, as PEM files. */
final class CertificateFiles {

  private static final Duration LIFE = Duration.ofHours(12);

  private final Path folder;
  private final KeyPair keys;
  private final String name;

  CertificateFiles(Path folder, String name) {
    this.folder = folder;
    this.name = name;
    try {
      this.keys = newKeys();
      write(ca(), sign("CN=" + name, keys, new BasicConstraints(0), new GeneralName[0]));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("make the certificate authority " + name, e);
    }
  }

  /** The authority's certificate. */
  Path ca() {
    return folder.resolve("ca.crt");
  }

  /** The {@code caBundle} of a webhook's client configuration. */
  String caBundle() {
    try {
      return Base64.getEncoder().encodeToString(Files.readAllBytes(ca()));
    } catch (IOException e) {
      throw new IllegalStateException("read " + ca(), e);
    }
  }

  Path certificate(String name) {
    return folder.resolve(name + ".crt");
  }

  Path key(String name) {
    return folder.resolve(name + ".key");
  }

  /** The serial number of the certificate that was issued last under this name. */
  BigInteger serialNumber(String leafName) {
    try (var file = Files.newInputStream(certificate(leafName))) {
      var factory = CertificateFactory.getInstance("X.509");
      return ((X509Certificate) factory.generateCertificate(file)).getSerialNumber();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("read " + certificate(leafName), e);
    }
  }

  /**
   * Writes a new key and certificate of this name, over those of an earlier call.
   *
   * @param hosts that it is for: names, or addresses of IPv4
   */
  void issue(String leafName, String... hosts) {
    issueTo(leafName, "CN=" + leafName, hosts);
  }

  /**
   * The same with another subject.
   *
   * @param subject {@code CN=carol,O=devs}
   */
  void issueTo(String leafName, String subject, String... hosts) {
    try {
      var names = new GeneralName[hosts.length];
      for (int i = 0; i < hosts.length; i++) {
        boolean address = hosts[i].matches("[0-9.]+");
        names[i] = new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, hosts[i]);
      }
      KeyPair leaf = newKeys();
      write(key(leafName), new JcaPKCS8Generator(leaf.getPrivate(), null));
      write(certificate(leafName), sign(subject, leaf, new BasicConstraints(false), names));
    } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("issue the certificate " + leafName, e);
    }
  }

  /** A client side that trusts the certificate in this file, and what it signed. */
  static SSLContext trusting(Path pem) {
    return context(new KeyManager[0], pem);
  }

  /** A client side that also shows a certificate of this authority. */
  SSLContext showing(String leafName, Path trusted) {
    try {
      var keys = emptyStore();
      keys.setKeyEntry(
          leafName,
          pem(key(leafName)).privateKey(),
          new char[0],
          pem(certificate(leafName)).certificates().toArray(X509Certificate[]::new));
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, new char[0]);
      return context(managers.getKeyManagers(), trusted);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("show the certificate " + leafName, e);
    }
  }

  private static PemFile pem(Path file) throws IOException, GeneralSecurityException {
    return new PemFile(file.toString(), Files.readAllBytes(file));
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static SSLContext context(KeyManager[] shown, Path pem) {
    try {
      var trusted = emptyStore();
      trusted.setCertificateEntry("trusted", pem(pem).certificates().get(0));
      var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      var tls = SSLContext.getInstance("TLS");
      tls.init(shown, managers.getTrustManagers(), null);
      return tls;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("trust " + pem, e);
    }
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  private X509CertificateHolder sign(
      String subject, KeyPair leaf, BasicConstraints constraints, GeneralName[] names)
      throws IOException, OperatorCreationException {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name("CN=" + name),
            new BigInteger(64, new SecureRandom()),
            Date.from(now.minusSeconds(60)),
            Date.from(now.plus(LIFE)),
            new X500Name(subject),
            leaf.getPublic());
    builder.addExtension(Extension.basicConstraints, true, constraints);
    if (constraints.isCA()) {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    } else {
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    }
    if (names.length > 0) {
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
  }

  // moved into place: a server that watches the file never sees half of it
  private static void write(Path file, Object pem) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(pem);
    }
    Files.createDirectories(file.getParent());
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text.toString());
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
