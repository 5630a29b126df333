package io.usher.http;

import io.usher.observe.Caller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may call a path: anyone, or whoever shows one of some credentials. */
public final class Callers {

  private final @Nullable ClientCertificates certificates;
  private final List<CredentialFile> tokens;
  private final List<CredentialFile> passwords;

  /** What can be shown, as {@code WWW-Authenticate} has it; empty where nothing needs to be. */
  private final String challenge;

  /**
   * Any one of these credentials is enough; where there is none of them, anyone may call.
   *
   * @param certificates of clients, or null where they don't count
   * @param tokens that {@code Authorization: Bearer} may show
   * @param passwords that {@code Authorization: Basic} may show, as {@code user:password}
   */
  public Callers(
      @Nullable ClientCertificates certificates,
      List<CredentialFile> tokens,
      List<CredentialFile> passwords) {
    this.certificates = certificates;
    this.tokens = List.copyOf(tokens);
    this.passwords = List.copyOf(passwords);
    var challenges = new ArrayList<String>();
    if (certificates != null) {
      challenges.add("Certificate realm=\"usher\"");
    }
    if (!tokens.isEmpty()) {
      challenges.add("Bearer realm=\"usher\"");
    }
    if (!passwords.isEmpty()) {
      challenges.add("Basic realm=\"usher\", charset=\"UTF-8\"");
    }
    challenge = String.join(", ", challenges);
  }

  /** No credential is asked for. */
  public static Callers anyone() {
    return new Callers(null, List.of(), List.of());
  }

  /** Whether no credential is asked for. */
  public boolean isAnyone() {
    return challenge.isEmpty();
  }

  /** Whether a client certificate is one of the credentials. */
  boolean takesCertificates() {
    return certificates != null;
  }

  /** Who calls, or why the call is refused. */
  CallerCheck check(HttpCall call) {
    if (isAnyone()) {
      return new CallerCheck.Known(Caller.ANYONE);
    }
    String authorization = call.header("Authorization");
    if (authorization != null) {
      var known = authorized(authorization);
      if (known != null) {
        return new CallerCheck.Known(known);
      }
    }
    if (certificates != null) {
      var chain = call.clientCertificates();
      if (!chain.isEmpty()) {
        return certificates.check(chain);
      }
    }
    return Refusal.unauthorized(
        authorization == null ? "the call shows no credential" : "the credential is not known",
        challenge);
  }

  private @Nullable Caller authorized(String authorization) {
    int space = authorization.indexOf(' ');
    if (space < 0) {
      return null;
    }
    String scheme = authorization.substring(0, space);
    String value = authorization.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("Bearer")) {
      var file = holder(tokens, value.getBytes(StandardCharsets.UTF_8));
      return file == null ? null : new Caller(file.path().toString(), "token");
    }
    if (scheme.equalsIgnoreCase("Basic")) {
      try {
        byte[] credential = Base64.getDecoder().decode(value);
        return holder(passwords, credential) == null
            ? null
            : new Caller(user(credential), "password");
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    return null;
  }

  private static String user(byte[] credential) {
    String text = new String(credential, StandardCharsets.UTF_8);
    int colon = text.indexOf(':');
    return colon < 0 ? text : text.substring(0, colon);
  }

  /** Looks into each file, so that the time does not tell which. */
  private static @Nullable CredentialFile holder(List<CredentialFile> files, byte[] credential) {
    CredentialFile found = null;
    for (CredentialFile file : files) {
      if (file.contains(credential)) {
        found = file;
      }
    }
    return found;
  }
}
