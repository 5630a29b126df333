package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.file.BadFileException;
import io.usher.apiserver.file.ReloadedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Passwords of a file, one a record: {@code password,user,uid,"group1,group2"}; the groups may be
 * left out. The file of the {@code --basic-auth-file} that kube-apiserver had until 1.18, but read
 * again while the server runs.
 */
public final class BasicFile implements Authenticator {

  private final ReloadedFile<SecretUsers> users;

  /**
   * Reads the file.
   *
   * @throws IOException when it can't be read or is bad; the message names file and line, and no
   *     password
   */
  public BasicFile(Path path) throws IOException {
    users = new ReloadedFile<>(path, BasicFile::parse);
  }

  /** Takes over what the file says now; keeps what it said when it is bad. */
  public void reload() {
    users.reload();
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    String encoded = AuthorizationHeader.value(request, "Basic");
    if (encoded.isEmpty()) {
      return null;
    }
    UserInfo user;
    try {
      byte[] credential = Base64.getDecoder().decode(encoded);
      user = users.current().find(new String(credential, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      user = null;
    }
    if (user == null) {
      throw new ApiException(Status.unauthorized(), "invalid username/password combination");
    }
    return user;
  }

  private static SecretUsers parse(Path path, String text) throws BadFileException {
    var users = new SecretUsers();
    Map<String, Integer> lines = new HashMap<>();
    for (CsvRecord record : CsvRecord.parse(path, text)) {
      List<String> fields = SecretUsers.fields(path, record, "password");
      if (fields.get(0).isEmpty()) {
        throw new BadFileException(path, record.line(), "the first column, the password, is empty");
      }
      UserInfo user = SecretUsers.user(path, record);
      if (user.username().indexOf(':') >= 0) {
        throw new BadFileException(
            path,
            record.line(),
            "the user's name has a colon, which ends the name in HTTP's Basic scheme (RFC 7617)");
      }
      Integer earlier = lines.putIfAbsent(user.username(), record.line());
      if (earlier != null) {
        throw new BadFileException(
            path, record.line(), "the user has a password in line " + earlier + " already");
      }
      users.put(user.username() + ':' + fields.get(0), user);
    }
    return users;
  }
}
