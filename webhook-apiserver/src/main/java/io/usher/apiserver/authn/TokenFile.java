package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.file.BadFileException;
import io.usher.apiserver.file.ReloadedFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bearer tokens of a file, one a record: {@code token,user,uid,"group1,group2"}; the groups may be
 * left out. The file of kube-apiserver's {@code --token-auth-file}, but read again while the server
 * runs: a token that is no longer in it is no longer valid.
 */
public final class TokenFile implements Authenticator {

  private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
  private final ReloadedFile<SecretUsers> users;

  /**
   * Reads the file.
   *
   * @throws IOException when it can't be read or is bad; the message names file and line, and no
   *     token
   */
  public TokenFile(Path path) throws IOException {
    users = new ReloadedFile<>(path, TokenFile::parse);
  }

  /** Takes over what the file says now; keeps what it said when it is bad. */
  public void reload() {
    users.reload();
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    String token = AuthorizationHeader.value(request, "Bearer");
    if (token.isEmpty()) {
      return null;
    }
    UserInfo user = users.current().find(token);
    if (user == null) {
      throw new ApiException(Status.unauthorized(), "invalid bearer token");
    }
    return user;
  }

  private static SecretUsers parse(Path path, String text) throws BadFileException {
    var users = new SecretUsers();
    for (CsvRecord record : CsvRecord.parse(path, text)) {
      String token = SecretUsers.fields(path, record, "token").get(0);
      if (token.isEmpty()) {
        LOG.warn("{}, line {}: skipped, as the token is empty", path, record.line());
      } else if (users.put(token, SecretUsers.user(path, record)) != null) {
        LOG.warn("{}, line {}: replaces an earlier line of the same token", path, record.line());
      }
    }
    return users;
  }
}
