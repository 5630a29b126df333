package io.usher.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
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

  /** Null for a caller who may call. */
  @Nullable Refusal judge(Request request) {
    if (isAnyone()) {
      return null;
    }
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (authorization != null && authorized(authorization)) {
      return null;
    }
    if (certificates != null) {
      var session =
          request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
      var chain = session == null ? null : session.peerCertificates();
      if (chain != null && chain.length > 0) {
        return certificates.judge(chain);
      }
    }
    return Refusal.unauthorized(
        authorization == null ? "a credential is needed" : "the credential is wrong", challenge);
  }

  private boolean authorized(String authorization) {
    int space = authorization.indexOf(' ');
    if (space < 0) {
      return false;
    }
    String scheme = authorization.substring(0, space);
    String value = authorization.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("Bearer")) {
      return isOf(tokens, value.getBytes(StandardCharsets.UTF_8));
    }
    if (scheme.equalsIgnoreCase("Basic")) {
      try {
        return isOf(passwords, Base64.getDecoder().decode(value));
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
    return false;
  }

  /** Looks into each file, so that the time does not tell which. */
  private static boolean isOf(List<CredentialFile> files, byte[] credential) {
    boolean found = false;
    for (CredentialFile file : files) {
      found |= file.contains(credential);
    }
    return found;
  }
}
