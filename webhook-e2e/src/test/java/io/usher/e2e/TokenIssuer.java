package io.usher.e2e;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

/** An issuer of JWTs behind HTTPS, whose keys are found by OpenID Connect's discovery. */
final class TokenIssuer implements AutoCloseable {

  private static final String CERTIFICATE = "issuer";
  private static final Duration LIFE = Duration.ofHours(1);

  private final HttpsServer server;
  private final ECKey key = newKey();

  /**
   * Starts to answer on a port of its own.
   *
   * @param certificates whose CA its clients trust
   */
  TokenIssuer(CertificateFiles certificates) throws IOException {
    certificates.issue(CERTIFICATE, "localhost");
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(certificates.showing(CERTIFICATE, certificates.ca())));
    server.createContext(
        "/.well-known/openid-configuration",
        exchange ->
            answer(
                exchange,
                "{\"issuer\": \"%s\", \"jwks_uri\": \"%s/keys\"}".formatted(url(), url())));
    server.createContext(
        "/keys", exchange -> answer(exchange, new JWKSet(key.toPublicJWK()).toString()));
    server.start();
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  /** A token with these claims, beside those of the issuer and of an hour's life. */
  String token(Map<String, Object> claims) {
    return signed(key, claims);
  }

  /** The same, signed by somebody who has not the issuer's key. */
  String forged(Map<String, Object> claims) {
    return signed(newKey(), claims);
  }

  /** The same, signed by nobody. */
  String unsigned(Map<String, Object> claims) {
    return new PlainJWT(all(claims)).serialize();
  }

  private String signed(ECKey by, Map<String, Object> claims) {
    var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
    var token = new SignedJWT(header, all(claims));
    try {
      token.sign(new ECDSASigner(by));
    } catch (JOSEException e) {
      throw new IllegalStateException("sign a token", e);
    }
    return token.serialize();
  }

  private JWTClaimsSet all(Map<String, Object> claims) {
    var all =
        new JWTClaimsSet.Builder()
            .issuer(url())
            .expirationTime(Date.from(Instant.now().plus(LIFE)));
    claims.forEach(all::claim);
    return all.build();
  }

  private static ECKey newKey() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID("one").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("make a key", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
