package io.usher.certs;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The blocks of one PEM file: certificates, and private keys in the three encodings that tools
 * write. cert-manager writes PKCS #1 and SEC 1 unless told otherwise.
 */
public final class PemFile {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

  private record Block(String label, byte[] content) {}

  private final String name;
  private final List<Block> blocks = new ArrayList<>();

  /**
   * Splits the file into its blocks.
   *
   * @param name for messages
   */
  public PemFile(String name, byte[] bytes) throws GeneralSecurityException {
    this.name = name;
    var matcher = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    while (matcher.find()) {
      try {
        blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
      } catch (IllegalArgumentException e) {
        throw new GeneralSecurityException(
            name + ": the block " + matcher.group(1) + " is not base64", e);
      }
    }
  }

  /** The certificates in their order, at least one. */
  public List<X509Certificate> certificates() throws GeneralSecurityException {
    var factory = CertificateFactory.getInstance("X.509");
    var found = new ArrayList<X509Certificate>();
    for (var block : blocks) {
      if (block.label().equals("CERTIFICATE")) {
        try {
          found.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(block.content())));
        } catch (GeneralSecurityException e) {
          throw new GeneralSecurityException(
              name + ": certificate " + (found.size() + 1) + " can't be read", e);
        }
      }
    }
    if (found.isEmpty()) {
      throw new GeneralSecurityException(name + " has no certificate");
    }
    return found;
  }

  /** The one private key. */
  public PrivateKey privateKey() throws GeneralSecurityException {
    for (var block : blocks) {
      switch (block.label()) {
        case "PRIVATE KEY":
          return read(block.content());
        case "RSA PRIVATE KEY":
          return read(Der.pkcs8FromPkcs1(block.content()));
        case "EC PRIVATE KEY":
          return read(Der.pkcs8FromSec1(block.content()));
        case "ENCRYPTED PRIVATE KEY":
          throw new GeneralSecurityException(
              name + " has an encrypted private key; write it unencrypted (openssl pkey)");
        default:
          continue;
      }
    }
    throw new GeneralSecurityException(name + " has no private key");
  }

  /** The block of a certificate. */
  public static String text(X509Certificate certificate) throws GeneralSecurityException {
    return block("CERTIFICATE", certificate.getEncoded());
  }

  /** The block of a key, in PKCS #8. */
  public static String text(PrivateKey key) {
    return block("PRIVATE KEY", key.getEncoded());
  }

  private static String block(String label, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content));
  }

  private PrivateKey read(byte[] pkcs8) throws GeneralSecurityException {
    var spec = new PKCS8EncodedKeySpec(pkcs8);
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        continue;
      }
    }
    throw new GeneralSecurityException(
        name + ": the private key must be an RSA, EC or Ed25519 key");
  }
}
