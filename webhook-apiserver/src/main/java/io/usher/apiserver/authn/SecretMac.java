package io.usher.apiserver.authn;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * MACs of secrets under a key that lives as long as the process: a caller can't know any bit of
 * what his guess is compared with, so the time of a look-up tells him nothing, however many secrets
 * there are.
 */
final class SecretMac {

  private static final String HMAC = "HmacSHA256";

  private final Key key;

  SecretMac() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, HMAC);
  }

  /** ISO 8859-1, so that equal bytes are equal strings. */
  String of(String secret) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      byte[] bytes = mac.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }
}
