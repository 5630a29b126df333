package io.usher.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.certs.CertificateAuthority.Purpose;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Clock;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsFilesTest {

  @TempDir private Path directory;

  @Test
  void throwawayCertificatesAreTaken() throws Exception {
    write();
    var files = files();
    assertThat(files.load()).isNotNull();
    assertThat(files.expiry()).isAfter(Clock.systemUTC().instant());
    assertThat(files.reload()).as("nothing has changed").isNull();
  }

  @Test
  void changedPairIsTakenOver() throws Exception {
    write();
    var files = files();
    var before = files.load();
    write();
    assertThat(files.reload()).isNotNull().isNotSameAs(before);
    assertThat(files.reload()).isNull();
    assertThat(files.failures()).isZero();
  }

  @Test
  void swappedLinkOfAMountedSecretIsAChange() throws Exception {
    Path first = Files.createDirectory(directory.resolve("..first"));
    Path second = Files.createDirectory(directory.resolve("..second"));
    write(first);
    write(second);
    Path data = directory.resolve("..data");
    Files.createSymbolicLink(data, first.getFileName());
    for (String name : List.of("tls.crt", "tls.key")) {
      Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
    }
    var files = files();
    files.load();
    assertThat(files.reload()).isNull();
    Files.delete(data);
    Files.createSymbolicLink(data, second.getFileName());
    assertThat(files.reload()).isNotNull();
  }

  @Test
  void badNewPairKeepsTheOldAndCountsOnce() throws Exception {
    write();
    var files = files();
    files.load();
    var expiry = files.expiry();
    Files.writeString(path("tls.crt"), "nothing");
    for (int i = 0; i < 4; i++) {
      assertThat(files.reload()).isNull();
    }
    assertThat(files.failures()).isEqualTo(1);
    assertThat(files.expiry()).isEqualTo(expiry);
    write();
    assertThat(files.reload()).isNotNull();
    Files.delete(path("tls.crt"));
    files.reload();
    files.reload();
    assertThat(files.failures()).isEqualTo(2);
  }

  @Test
  void halfWrittenPairIsNoFailureWhenTheOtherHalfFollows() throws Exception {
    write();
    var files = files();
    files.load();
    String key = Files.readString(path("tls.key"));
    write();
    String newKey = Files.readString(path("tls.key"));
    Files.writeString(path("tls.key"), key);
    assertThat(files.reload()).isNull();
    Files.writeString(path("tls.key"), newKey);
    assertThat(files.reload()).isNotNull();
    assertThat(files.failures()).isZero();
  }

  @Test
  void keyOfAnotherCertificateIsRefused() throws Exception {
    write();
    String certificate = Files.readString(path("tls.crt"));
    write();
    Files.writeString(path("tls.crt"), certificate);
    assertThatThrownBy(() -> files().load())
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining(path("tls.key").toString())
        .hasMessageContaining("does not match the certificate");
  }

  @Test
  void problemsNameTheFile() throws Exception {
    write();
    Files.writeString(path("tls.key"), Files.readString(path("tls.crt")));
    assertThatThrownBy(() -> files().load()).hasMessage(path("tls.key") + " has no private key");
    write();
    Files.writeString(
        path("tls.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertThatThrownBy(() -> files().load())
        .hasMessage(path("tls.crt") + ": certificate 1 can't be read");
  }

  @Test
  void chainIsReadInItsOrder() throws Exception {
    write();
    String chain = Files.readString(path("tls.crt")) + Files.readString(path("ca.crt"));
    var certificates = new PemFile("chain", chain.getBytes()).certificates();
    assertThat(certificates).hasSize(2);
    assertThat(certificates.get(0).getIssuerX500Principal())
        .isEqualTo(certificates.get(1).getSubjectX500Principal());
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256", "EC, 384", "EC, 521"})
  void keysAreReadInEveryEncoding(String algorithm, int size) throws Exception {
    var generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    KeyPair keys = generator.generateKeyPair();
    var info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
    String old = algorithm + " PRIVATE KEY";
    assertThat(read("PRIVATE KEY", info.getEncoded())).isEqualTo(keys.getPrivate());
    byte[] bare = info.parsePrivateKey().toASN1Primitive().getEncoded();
    if (algorithm.equals("RSA")) {
      assertThat(read(old, bare)).isEqualTo(keys.getPrivate());
    } else {
      var named =
          new org.bouncycastle.asn1.sec.ECPrivateKey(
              size,
              ((ECPrivateKey) keys.getPrivate()).getS(),
              info.getPrivateKeyAlgorithm().getParameters());
      // Its own encoding keeps the curve twice, so it is not equal as an object.
      var read = (ECPrivateKey) read(old, named.getEncoded());
      assertThat(read.getS()).isEqualTo(((ECPrivateKey) keys.getPrivate()).getS());
      assertThat(read.getParams()).isEqualTo(((ECPrivateKey) keys.getPrivate()).getParams());
    }
  }

  @Test
  void brokenKeysAreRefused() {
    for (byte[] bytes :
        new byte[][] {{}, {0x30}, {0x30, 5, 2, 1}, {0x30, (byte) 0x84, 127, 127, 127, 127}}) {
      assertThatThrownBy(() -> read("EC PRIVATE KEY", bytes))
          .isInstanceOf(GeneralSecurityException.class);
    }
    assertThatThrownBy(() -> read("ENCRYPTED PRIVATE KEY", new byte[3]))
        .hasMessageContaining("encrypted");
  }

  private PrivateKey read(String label, byte[] content)
      throws GeneralSecurityException, IOException {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(label, content));
    }
    return new PemFile("key.pem", text.toString().getBytes()).privateKey();
  }

  private TlsFiles files() {
    return new TlsFiles(path("tls.crt"), path("tls.key"), List.of());
  }

  private void write() throws Exception {
    write(directory);
  }

  private static void write(Path directory) throws Exception {
    var authority = new DevelopmentCertificates(Clock.systemUTC());
    var issued = authority.issue(Purpose.SERVER, "usher", List.of("localhost"));
    Files.writeString(directory.resolve("ca.crt"), PemFile.text(authority.authority()));
    Files.writeString(directory.resolve("tls.crt"), PemFile.text(issued.certificate()));
    Files.writeString(directory.resolve("tls.key"), PemFile.text(issued.key()));
  }

  private Path path(String name) {
    return directory.resolve(name);
  }
}
