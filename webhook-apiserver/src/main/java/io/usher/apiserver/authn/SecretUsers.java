package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.file.BadFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Users by what only they know, of which a MAC is kept. */
final class SecretUsers {

  private final SecretMac macs = new SecretMac();
  private final Map<String, UserInfo> users = new HashMap<>();

  /** The user who was there with this secret before is returned and no longer found. */
  @Nullable UserInfo put(String secret, UserInfo user) {
    return users.put(macs.of(secret), user);
  }

  @Nullable UserInfo find(String secret) {
    return users.get(macs.of(secret));
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
}
