package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.file.BadFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Users by what only they know. Kept is a MAC of each secret under a key that lives as long as the
 * process: a caller can't know any bit of what his guess is compared with, so the time of a look-up
 * tells him nothing, however many users there are.
 */
final class SecretUsers {

  private static final String HMAC = "HmacSHA256";

  private final Key key;
  private final Map<String, UserInfo> users = new HashMap<>();

  SecretUsers() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, HMAC);
  }

  /** The user who was there with this secret before is returned and no longer found. */
  @Nullable UserInfo put(String secret, UserInfo user) {
    return users.put(mac(secret), user);
  }

  @Nullable UserInfo find(String secret) {
    return users.get(mac(secret));
  }

  /**
   * The fields of a record that begins with a secret.
   *
   * @param secret what it is called
   */
  static List<String> fields(Path path, CsvRecord record, String secret) throws BadFileException {
    List<String> fields = record.fields();
    if (fields.size() < 3) {
      throw new BadFileException(
          path,
          record.line(),
          "has " + fields.size() + " columns: write " + secret + ",user,uid,\"group1,group2\"");
    }
    return fields;
  }

  /** The user of a record whose fields after the secret are name, uid and, optionally, groups. */
  static UserInfo user(Path path, CsvRecord record) throws BadFileException {
    List<String> fields = record.fields();
    if (fields.get(1).isEmpty()) {
      throw new BadFileException(
          path, record.line(), "the second column, the user's name, is empty");
    }
    List<String> groups = fields.size() > 3 ? List.of(fields.get(3).split(",", -1)) : List.of();
    return new UserInfo(fields.get(1), fields.get(2), groups, Map.of());
  }

  /** ISO 8859-1, so that equal bytes are equal strings. */
  private String mac(String secret) {
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
