package io.usher.http;

import io.usher.certs.ClientAuthorities;
import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.config.PathScoped;
import io.usher.config.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who may call which path: {@code --authenticate} and the files of credentials. */
public final class CallerRules {

  private static final String ANYONE = "anyone";
  private static final String CERTIFICATE = "certificate";

  private final Configuration configuration;
  private final Clock clock;
  private final Duration grace;
  private final Map<Path, CredentialFile> credentials = new HashMap<>();
  private final Map<List<Path>, ClientAuthorities> authorities = new HashMap<>();
  private final Map<String, Callers> byPath = new HashMap<>();
  private final Set<String> guarded;

  /**
   * Reads the files of credentials.
   *
   * @param paths that are served
   * @param guarded those of them that nobody may call without a client certificate, unless it is
   *     set for them: whoever asks there learns whose a token is, and what somebody may
   * @param clock tells when files that are gone or bad have been so for too long
   * @throws ConfigurationException when a setting or a file is wrong
   */
  public CallerRules(
      Configuration configuration, Set<String> paths, Set<String> guarded, Clock clock) {
    this.configuration = configuration;
    this.guarded = Set.copyOf(guarded);
    this.clock = clock;
    this.grace = configuration.get(CallerSettings.CREDENTIAL_GRACE);
    check(CallerSettings.AUTHENTICATE, paths);
    check(CallerSettings.CLIENT_CA, paths);
    check(CallerSettings.CLIENT_NAMES, paths);
    check(CallerSettings.TOKEN_FILE, paths);
    check(CallerSettings.PASSWORD_FILE, paths);
    try {
      for (String path : paths) {
        byPath.put(path, callers(path));
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigurationException("read credentials", e);
    }
    checkUsed(
        CallerSettings.CLIENT_CA,
        authorities.keySet().stream().flatMap(List::stream).collect(Collectors.toSet()));
    checkNamesUsed(paths);
    checkUsed(CallerSettings.TOKEN_FILE, credentials.keySet());
    checkUsed(CallerSettings.PASSWORD_FILE, credentials.keySet());
  }

  /** Who may call one of the served paths. */
  public Callers of(String path) {
    return Objects.requireNonNull(byPath.get(path), path);
  }

  /** The files of the CAs of client certificates, of all paths; none where clients show none. */
  public static List<Path> clientCas(Configuration configuration) {
    return configuration.list(CallerSettings.CLIENT_CA).stream()
        .map(PathScoped::value)
        .distinct()
        .toList();
  }

  /** Takes over what the files say now. */
  public void reload() {
    credentials.values().forEach(CredentialFile::reload);
    authorities.values().forEach(ClientAuthorities::reload);
  }

  /** Files of credentials and CAs that are gone or bad. */
  public int badFiles() {
    long bad =
        credentials.values().stream().filter(CredentialFile::isBad).count()
            + authorities.values().stream().filter(ClientAuthorities::isBad).count();
    return (int) bad;
  }

  private Callers callers(String path) throws IOException, GeneralSecurityException {
    var rules = PathScoped.of(path, configuration.list(CallerSettings.AUTHENTICATE));
    if (rules.size() > 1) {
      throw new ConfigurationException(
          "authenticate: one is needed for " + path + ", not " + rules);
    }
    // all that is said may be said of other paths
    String how = rules.isEmpty() ? ANYONE : rules.get(0);
    if (how.equals(ANYONE) && guarded.contains(path) && !isOpened(path)) {
      requireClientCa(path);
      how = CERTIFICATE;
    }
    if (how.equals(ANYONE)) {
      return Callers.anyone();
    }
    @Nullable ClientCertificates certificates = null;
    var tokens = List.<CredentialFile>of();
    var passwords = List.<CredentialFile>of();
    for (String word : how.split("\\+", -1)) {
      switch (word) {
        case CERTIFICATE ->
            certificates =
                new ClientCertificates(
                    authorities(files(how, CallerSettings.CLIENT_CA, path)),
                    Set.copyOf(
                        PathScoped.of(path, configuration.list(CallerSettings.CLIENT_NAMES))));
        case "token" -> tokens = credentials(files(how, CallerSettings.TOKEN_FILE, path));
        case "password" -> passwords = credentials(files(how, CallerSettings.PASSWORD_FILE, path));
        case ANYONE ->
            throw new ConfigurationException(
                "authenticate: " + how + ": anyone goes with nothing else");
        default ->
            throw new ConfigurationException(
                "authenticate: "
                    + how
                    + ": "
                    + word
                    + " is not one of anyone, certificate, token, password");
      }
    }
    return new Callers(certificates, tokens, passwords);
  }

  /** What holds for all paths, as it does by default, opens none of these. */
  private boolean isOpened(String path) {
    return configuration.list(CallerSettings.AUTHENTICATE).stream()
        .anyMatch(each -> path.equals(each.path()));
  }

  private void requireClientCa(String path) {
    if (PathScoped.of(path, configuration.list(CallerSettings.CLIENT_CA)).isEmpty()) {
      throw new ConfigurationException(
          "authenticate: who calls %s learns whose a token is, or what somebody may; name the CA of the API server's client certificate, client-ca=%s=FILE, or open it to everybody who reaches the port, authenticate=%s=anyone"
              .formatted(path, path, path));
    }
  }

  private List<Path> files(String how, Setting<List<PathScoped<Path>>> setting, String path) {
    var files = PathScoped.of(path, configuration.list(setting));
    if (files.isEmpty()) {
      throw new ConfigurationException(
          "authenticate: " + how + ": " + path + " needs a " + setting.name() + " for it");
    }
    return files;
  }

  private List<CredentialFile> credentials(List<Path> files)
      throws IOException, GeneralSecurityException {
    var found = new ArrayList<CredentialFile>();
    for (Path file : files) {
      if (!credentials.containsKey(file)) {
        credentials.put(file, new CredentialFile(file, clock, grace));
      }
      found.add(credentials.get(file));
    }
    return found;
  }

  private ClientAuthorities authorities(List<Path> files)
      throws GeneralSecurityException, IOException {
    if (!authorities.containsKey(files)) {
      authorities.put(files, new ClientAuthorities(files, clock, grace));
    }
    return authorities.get(files);
  }

  private <T> void check(Setting<List<PathScoped<T>>> setting, Set<String> paths) {
    for (PathScoped<T> each : configuration.list(setting)) {
      if (each.path() != null && !paths.contains(each.path())) {
        throw new ConfigurationException(
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

  /** Names restrict nobody where no certificate is asked for. */
  private void checkNamesUsed(Set<String> paths) {
    for (PathScoped<String> each : configuration.list(CallerSettings.CLIENT_NAMES)) {
      boolean used =
          paths.stream()
              .filter(path -> each.path() == null || each.path().equals(path))
              .anyMatch(path -> of(path).takesCertificates());
      if (!used) {
        throw new ConfigurationException(
            "client-names: "
                + each.value()
                + ": no client certificate is asked for there; add client-ca, and certificate to"
                + " authenticate");
      }
    }
  }

  /** Whoever gives a file means callers to need what is in it. */
  private void checkUsed(Setting<List<PathScoped<Path>>> setting, Set<Path> used) {
    for (PathScoped<Path> each : configuration.list(setting)) {
      if (!used.contains(each.value())) {
        throw new ConfigurationException(
            setting.name() + ": " + each.value() + ": authenticate does not ask for it anywhere");
      }
    }
  }
}
