package io.usher.apiserver.authn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A key that signs JWTs by ES256, and knows those that it has signed. Thread-safe. */
public final class TokenKey {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

  /** No token of a ServiceAccount comes near it. */
  private static final int MAX_LENGTH = 16 << 10;

  private final PrivateKey secret;
  private final PublicKey known;
  private final String header;

  private TokenKey(PrivateKey secret, PublicKey known) throws GeneralSecurityException {
    this.secret = secret;
    this.known = known;
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(known.getEncoded());
    header =
        base64(
            JsonNodeFactory.instance
                .objectNode()
                .put("alg", "ES256")
                .put("kid", ENCODER.encodeToString(digest))
                .put("typ", "JWT"));
  }

  /** A new key. */
  public static TokenKey create() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new TokenKey(pair.getPrivate(), pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM makes no keys of curve P-256", e);
    }
  }

  /**
   * The key that {@link #write} has written.
   *
   * @throws GeneralSecurityException when it is none
   */
  public static TokenKey read(JsonNode json) throws GeneralSecurityException {
    try {
      KeyFactory keys = KeyFactory.getInstance("EC");
      byte[] secret = Base64.getDecoder().decode(json.path("privateKey").asText());
      byte[] known = Base64.getDecoder().decode(json.path("publicKey").asText());
      return new TokenKey(
          keys.generatePrivate(new PKCS8EncodedKeySpec(secret)),
          keys.generatePublic(new X509EncodedKeySpec(known)));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("the key is not in base64", e);
    }
  }

  /** Writes the key, the private part included, into an object. */
  public void write(ObjectNode json) {
    json.put("privateKey", Base64.getEncoder().encodeToString(secret.getEncoded()));
    json.put("publicKey", Base64.getEncoder().encodeToString(known.getEncoded()));
  }

  /** A JWT with these claims. */
  String sign(ObjectNode claims) {
    String signed = header + '.' + base64(claims);
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(secret);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + '.' + ENCODER.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sign a token", e);
    }
  }

  /** The claims of a JWT that this key has signed; null for any other text. */
  @Nullable JsonNode claims(String token) {
    String[] parts = token.length() > MAX_LENGTH ? new String[0] : token.split("\\.", -1);
    if (parts.length != 3 || !parts[0].equals(header)) {
      return null;
    }
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(known);
      signature.update((parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(DECODER.decode(parts[2]))
          ? JSON.readTree(DECODER.decode(parts[1]))
          : null;
    } catch (GeneralSecurityException | IllegalArgumentException | IOException e) {
      return null;
    }
  }

  private static String base64(JsonNode json) {
    return ENCODER.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
