package io.usher.cli;

import io.usher.config.Configuration;
import io.usher.config.ServeSettings;
import io.usher.http.Callers;
import io.usher.http.Callers.Credential;
import io.usher.http.CredentialFile;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who may call which path: {@code --authenticate} and the files of credentials. */
final class CallerRules {

  private static final String ANYONE = "anyone";

  private final Configuration configuration;
  private final @Nullable CredentialFile tokens;
  private final @Nullable CredentialFile passwords;
  private final Map<String, Callers> byPath = new HashMap<>();
  private Callers everywhere = Callers.anyone();

  CallerRules(Configuration configuration, Set<String> paths) throws StartException {
    this.configuration = configuration;
    try {
      var tokenFile = configuration.find(ServeSettings.TOKEN_FILE);
      tokens = tokenFile.isEmpty() ? null : new CredentialFile(tokenFile.get());
      var passwordFile = configuration.find(ServeSettings.PASSWORD_FILE);
      passwords = passwordFile.isEmpty() ? null : new CredentialFile(passwordFile.get());
    } catch (IOException e) {
      throw new StartException("read credentials", e);
    }
    for (String rule : configuration.get(ServeSettings.AUTHENTICATE)) {
      int equals = rule.indexOf('=');
      if (equals < 0) {
        everywhere = callers(rule, rule);
      } else {
        String path = rule.substring(0, equals);
        if (!paths.contains(path)) {
          throw new StartException("authenticate: " + rule + ": there is no path " + path);
        }
        byPath.put(path, callers(rule, rule.substring(equals + 1)));
      }
    }
  }

  Callers of(String path) {
    return byPath.getOrDefault(path, everywhere);
  }

  /** Whether clients are asked for a certificate at all. */
  static boolean usesCertificates(Configuration configuration) {
    return configuration.find(ServeSettings.CLIENT_CA).isPresent();
  }

  /** Takes over what the files say now. */
  void reload() {
    Stream.of(tokens, passwords).filter(Objects::nonNull).forEach(CredentialFile::reload);
  }

  private Callers callers(String rule, String how) throws StartException {
    if (how.equals(ANYONE)) {
      return Callers.anyone();
    }
    var credentials = EnumSet.noneOf(Credential.class);
    for (String word : how.split("\\+", -1)) {
      credentials.add(
          switch (word) {
            case "certificate" ->
                need(rule, Credential.CERTIFICATE, usesCertificates(configuration));
            case "token" -> need(rule, Credential.TOKEN, tokens != null);
            case "password" -> need(rule, Credential.PASSWORD, passwords != null);
            default ->
                throw new StartException(
                    "authenticate: "
                        + rule
                        + ": "
                        + word
                        + " is not one of anyone, certificate, token, password");
          });
    }
    var names = Set.copyOf(configuration.find(ServeSettings.CLIENT_NAMES).orElse(List.of()));
    return Callers.with(credentials, names, tokens, passwords);
  }

  private static Credential need(String rule, Credential credential, boolean there)
      throws StartException {
    if (!there) {
      String file =
          switch (credential) {
            case CERTIFICATE -> "client-ca";
            case TOKEN -> "token-file";
            case PASSWORD -> "password-file";
          };
      throw new StartException("authenticate: " + rule + ": " + file + " is needed for it");
    }
    return credential;
  }
}
