package io.usher.apiserver.authn.jwt;

import io.usher.apiserver.file.Fields;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * An issuer of tokens, and what is made of its claims: an entry of {@code jwt}.
 *
 * @param url as the tokens' claim {@code iss} writes it
 * @param discovery where its configuration is
 * @param authority PEM of the CAs of its server, or empty for the JDK's
 * @param audiences one of them must be in the claim {@code aud}
 * @param algorithms by which tokens may be signed
 * @param user what the claims make of the bearer
 */
record JwtIssuer(
    String url,
    URI discovery,
    String authority,
    Set<String> audiences,
    Set<String> algorithms,
    UserMapping user) {

  private static final String WELL_KNOWN = "/.well-known/openid-configuration";

  /** All that go by a public key: a shared secret would let whoever checks a token issue some. */
  private static final Set<String> ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512");

  JwtIssuer {
    audiences = Set.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
  }

  static JwtIssuer of(Fields fields) {
    Fields issuer = fields.object("issuer");
    String url = issuer.text("url");
    https(issuer, "url", url);
    String stated = issuer.text("discoveryURL");
    if (!stated.isEmpty() && stated.equals(url)) {
      throw issuer.wrong("discoveryURL", "is the issuer's url: leave it out");
    }
    URI discovery =
        stated.isEmpty()
            ? https(issuer, "url", url.replaceFirst("/$", "") + WELL_KNOWN)
            : https(issuer, "discoveryURL", stated);
    List<String> audiences = issuer.texts("audiences");
    if (audiences.isEmpty()) {
      throw issuer.wrong("audiences", "is empty: write for whom the tokens are");
    }
    String policy = issuer.text("audienceMatchPolicy");
    if (!policy.equals("MatchAny") && (audiences.size() > 1 || !policy.isEmpty())) {
      throw issuer.wrong("audienceMatchPolicy", "write MatchAny");
    }
    var read =
        new JwtIssuer(
            url,
            discovery,
            authority(issuer),
            Set.copyOf(audiences),
            ALGORITHMS,
            UserMapping.of(fields));
    issuer.end();
    fields.end();
    return read;
  }

  /**
   * The same, but of fewer algorithms.
   *
   * @throws IllegalArgumentException when one of them is not known
   */
  JwtIssuer signedBy(Set<String> fewer) {
    if (fewer.isEmpty() || !ALGORITHMS.containsAll(fewer)) {
      throw new IllegalArgumentException(
          "algorithms " + fewer + ": write some of " + ALGORITHMS.stream().sorted().toList());
    }
    return new JwtIssuer(url, discovery, authority, audiences, fewer, user);
  }

  private static String authority(Fields issuer) {
    String pem = issuer.text("certificateAuthority");
    if (!pem.isEmpty()) {
      try {
        IssuerClient.trusting(pem);
      } catch (IllegalArgumentException e) {
        throw issuer.wrong("certificateAuthority", String.valueOf(e.getMessage()));
      }
    }
    return pem;
  }

  private static URI https(Fields fields, String name, String text) {
    try {
      URI uri = URI.create(text);
      if ("https".equals(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below, as for any other text that is no such URL.
    }
    throw fields.wrong(
        name, "is no https URL without user, query and fragment: write https://issuer.example.com");
  }
}
