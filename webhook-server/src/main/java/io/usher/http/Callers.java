package io.usher.http;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who may call a path: anyone, or whoever shows one of some credentials.
 *
 * <p>A client certificate has been verified by the handshake when it comes here; what is left is
 * its name.
 */
public final class Callers {

  /** What a caller may show. */
  public enum Credential {
    /** A client certificate of the given CA, with an allowed name. */
    CERTIFICATE("Certificate realm=\"usher\""),
    /** {@code Authorization: Bearer}, with a token of the token file. */
    TOKEN("Bearer realm=\"usher\""),
    /** {@code Authorization: Basic}, with a user and password of the password file. */
    PASSWORD("Basic realm=\"usher\", charset=\"UTF-8\"");

    private final String challenge;

    Credential(String challenge) {
      this.challenge = challenge;
    }
  }

  private final Set<Credential> accepted;
  private final Set<String> names;
  private final @Nullable CredentialFile tokens;
  private final @Nullable CredentialFile passwords;

  private Callers(
      Set<Credential> accepted,
      Set<String> names,
      @Nullable CredentialFile tokens,
      @Nullable CredentialFile passwords) {
    this.accepted = accepted;
    this.names = names;
    this.tokens = tokens;
    this.passwords = passwords;
  }

  /** No credential is asked for. */
  public static Callers anyone() {
    return new Callers(EnumSet.noneOf(Credential.class), Set.of(), null, null);
  }

  /**
   * Any one of these credentials is enough.
   *
   * @param accepted at least one
   * @param names common names or DNS names of client certificates; empty for all
   * @param tokens needed for {@link Credential#TOKEN}
   * @param passwords needed for {@link Credential#PASSWORD}
   */
  public static Callers with(
      Set<Credential> accepted,
      Set<String> names,
      @Nullable CredentialFile tokens,
      @Nullable CredentialFile passwords) {
    if (accepted.isEmpty()
        || accepted.contains(Credential.TOKEN) && tokens == null
        || accepted.contains(Credential.PASSWORD) && passwords == null) {
      throw new IllegalArgumentException("nothing to check " + accepted + " against");
    }
    return new Callers(EnumSet.copyOf(accepted), Set.copyOf(names), tokens, passwords);
  }

  /** Null for a caller who may call. */
  @Nullable Refusal judge(Request request) {
    if (accepted.isEmpty()) {
      return null;
    }
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (authorization != null && authorized(authorization)) {
      return null;
    }
    if (accepted.contains(Credential.CERTIFICATE)) {
      var certificate = certificate(request);
      if (certificate != null) {
        var own = namesOf(certificate);
        return names.isEmpty() || own.stream().anyMatch(names::contains)
            ? null
            : Refusal.forbidden("no name of the client certificate may call: " + own);
      }
    }
    return Refusal.unauthorized(
        authorization == null ? "a credential is needed" : "the credential is wrong",
        accepted.stream().map(each -> each.challenge).collect(Collectors.joining(", ")));
  }

  private boolean authorized(String authorization) {
    int space = authorization.indexOf(' ');
    if (space < 0) {
      return false;
    }
    String scheme = authorization.substring(0, space);
    String value = authorization.substring(space + 1).strip();
    if (tokens != null
        && accepted.contains(Credential.TOKEN)
        && scheme.equalsIgnoreCase("Bearer")) {
      return tokens.contains(value.getBytes(StandardCharsets.UTF_8));
    }
    if (passwords != null
        && accepted.contains(Credential.PASSWORD)
        && scheme.equalsIgnoreCase("Basic")) {
      try {
        return passwords.contains(Base64.getDecoder().decode(value));
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
    return false;
  }

  private static @Nullable X509Certificate certificate(Request request) {
    var session = request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
    var chain = session == null ? null : session.peerCertificates();
    return chain == null || chain.length == 0 ? null : chain[0];
  }

  private static List<String> namesOf(X509Certificate certificate) {
    var found = new ArrayList<String>();
    try {
      for (var rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          found.add(rdn.getValue().toString());
        }
      }
      var alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (var each : alternatives) {
          if (Integer.valueOf(2).equals(each.get(0))) {
            found.add(each.get(1).toString());
          }
        }
      }
    } catch (InvalidNameException | CertificateParsingException e) {
      return List.of();
    }
    return found;
  }
}
