package io.usher.apiserver.authn.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The public keys of an issuer: a document of RFC 7517. Immutable. */
final class KeySet {

  /** No issuer has so many; each may have to be tried for a token that names none. */
  private static final int MAX_KEYS = 100;

  /** Shorter ones are broken, longer ones take their time: NIST SP 800-57, and go's crypto/rsa. */
  private static final int MIN_RSA_BITS = 2048;

  private static final int MAX_RSA_BITS = 8192;

  private final List<JWK> keys;

  private KeySet(List<JWK> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads a document. What is no public key of a signature, or of no known kind, is passed over.
   *
   * @throws IllegalArgumentException when it has no usable key
   */
  static KeySet of(JsonNode document) {
    JsonNode listed = document.path("keys");
    if (!listed.isArray() || listed.size() > MAX_KEYS) {
      throw new IllegalArgumentException("has no list \"keys\", or one of more than " + MAX_KEYS);
    }
    var keys = new ArrayList<JWK>();
    for (JsonNode each : listed) {
      JWK key = usable(each);
      if (key != null) {
        keys.add(key);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("has no public key that signs tokens");
    }
    return new KeySet(keys);
  }

  private static @Nullable JWK usable(JsonNode json) {
    try {
      JWK key = JWK.parse(json.toString());
      if (!(key instanceof AsymmetricJWK asymmetric)) {
        return null;
      }
      if (asymmetric.toPublicKey() instanceof RSAPublicKey rsa) {
        int bits = rsa.getModulus().bitLength();
        return bits < MIN_RSA_BITS || bits > MAX_RSA_BITS ? null : key.toPublicJWK();
      }
      return key.toPublicJWK();
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
      // An issuer may have keys of kinds that this does not know beside those that it signs by.
      return null;
    }
  }

  /** Whether there is a key that the header may mean. */
  boolean knows(JWSHeader header) {
    JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
    return matcher != null && keys.stream().anyMatch(matcher::matches);
  }

  /** Whether one of the keys that the header may mean has signed it. */
  boolean signed(JWSObject token) {
    JWKMatcher matcher = JWKMatcher.forJWSHeader(token.getHeader());
    return matcher != null
        && keys.stream().filter(matcher::matches).anyMatch(key -> signed(token, key));
  }

  private static boolean signed(JWSObject token, JWK key) {
    try {
      PublicKey known = ((AsymmetricJWK) key).toPublicKey();
      return token.verify(
          new DefaultJWSVerifierFactory().createJWSVerifier(token.getHeader(), known));
    } catch (JOSEException e) {
      // A key that is not for this algorithm has not signed it.
      return false;
    }
  }
}
