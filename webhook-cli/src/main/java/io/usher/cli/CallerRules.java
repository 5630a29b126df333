package io.usher.cli;

import io.usher.certs.ClientAuthorities;
import io.usher.config.Configuration;
import io.usher.config.ForPath;
import io.usher.config.ServeSettings;
import io.usher.config.Setting;
import io.usher.http.Callers;
import io.usher.http.ClientCertificates;
import io.usher.http.CredentialFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who may call which path: {@code --authenticate} and the files of credentials. */
final class CallerRules {

  private static final String ANYONE = "anyone";

  private final Configuration configuration;
  private final Map<Path, CredentialFile> credentials = new HashMap<>();
  private final Map<List<Path>, ClientAuthorities> authorities = new HashMap<>();
  private final Map<String, Callers> byPath = new HashMap<>();

  CallerRules(Configuration configuration, Set<String> paths) throws StartException {
    this.configuration = configuration;
    check(ServeSettings.AUTHENTICATE, paths);
    check(ServeSettings.CLIENT_CA, paths);
    check(ServeSettings.CLIENT_NAMES, paths);
    check(ServeSettings.TOKEN_FILE, paths);
    check(ServeSettings.PASSWORD_FILE, paths);
    try {
      for (String path : paths) {
        byPath.put(path, callers(path));
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new StartException("read credentials", e);
    }
    checkUsed(
        ServeSettings.CLIENT_CA,
        authorities.keySet().stream().flatMap(List::stream).collect(Collectors.toSet()));
    checkUsed(ServeSettings.TOKEN_FILE, credentials.keySet());
    checkUsed(ServeSettings.PASSWORD_FILE, credentials.keySet());
  }

  Callers of(String path) {
    return byPath.get(path);
  }

  /** The files of the CAs of client certificates, of all paths; none where clients show none. */
  static List<Path> clientCas(Configuration configuration) {
    return values(configuration, ServeSettings.CLIENT_CA).stream()
        .map(ForPath::value)
        .distinct()
        .toList();
  }

  /** Takes over what the files say now. */
  void reload() {
    credentials.values().forEach(CredentialFile::reload);
    authorities.values().forEach(ClientAuthorities::reload);
  }

  private Callers callers(String path)
      throws StartException, IOException, GeneralSecurityException {
    var rules = ForPath.of(path, values(configuration, ServeSettings.AUTHENTICATE));
    if (rules.size() > 1) {
      throw new StartException("authenticate: one is needed for " + path + ", not " + rules);
    }
    // all that is said may be said of other paths
    String how = rules.isEmpty() ? ANYONE : rules.get(0);
    if (how.equals(ANYONE)) {
      return Callers.anyone();
    }
    @Nullable ClientCertificates certificates = null;
    var tokens = List.<CredentialFile>of();
    var passwords = List.<CredentialFile>of();
    for (String word : how.split("\\+", -1)) {
      switch (word) {
        case "certificate" ->
            certificates =
                new ClientCertificates(
                    authorities(files(how, ServeSettings.CLIENT_CA, path)),
                    Set.copyOf(
                        ForPath.of(path, values(configuration, ServeSettings.CLIENT_NAMES))));
        case "token" -> tokens = credentials(files(how, ServeSettings.TOKEN_FILE, path));
        case "password" -> passwords = credentials(files(how, ServeSettings.PASSWORD_FILE, path));
        case ANYONE ->
            throw new StartException("authenticate: " + how + ": anyone goes with nothing else");
        default ->
            throw new StartException(
                "authenticate: "
                    + how
                    + ": "
                    + word
                    + " is not one of anyone, certificate, token, password");
      }
    }
    return new Callers(certificates, tokens, passwords);
  }

  private List<Path> files(String how, Setting<List<ForPath<Path>>> setting, String path)
      throws StartException {
    var files = ForPath.of(path, values(configuration, setting));
    if (files.isEmpty()) {
      throw new StartException(
          "authenticate: " + how + ": " + path + " needs a " + setting.name() + " for it");
    }
    return files;
  }

  private List<CredentialFile> credentials(List<Path> files) throws IOException {
    var found = new ArrayList<CredentialFile>();
    for (Path file : files) {
      if (!credentials.containsKey(file)) {
        credentials.put(file, new CredentialFile(file));
      }
      found.add(credentials.get(file));
    }
    return found;
  }

  private ClientAuthorities authorities(List<Path> files)
      throws GeneralSecurityException, IOException {
    if (!authorities.containsKey(files)) {
      authorities.put(files, new ClientAuthorities(files));
    }
    return authorities.get(files);
  }

  private <T> void check(Setting<List<ForPath<T>>> setting, Set<String> paths)
      throws StartException {
    for (ForPath<T> each : values(configuration, setting)) {
      if (each.path() != null && !paths.contains(each.path())) {
        throw new StartException(
            setting.name()
                + ": "
                + each.path()
                + "="
                + each.value()
                + ": there is no path "
                + each.path());
      }
    }
  }

  /** Whoever gives a file means callers to need what is in it. */
  private void checkUsed(Setting<List<ForPath<Path>>> setting, Set<Path> used)
      throws StartException {
    for (ForPath<Path> each : values(configuration, setting)) {
      if (!used.contains(each.value())) {
        throw new StartException(
            setting.name() + ": " + each.value() + ": authenticate does not ask for it anywhere");
      }
    }
  }

  private static <T> List<T> values(Configuration configuration, Setting<List<T>> setting) {
    return configuration.find(setting).orElse(List.of());
  }
}
