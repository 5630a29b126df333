package io.usher.apiserver.authn.jwt;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.apiserver.review.LimitedBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Gets the keys of an issuer over HTTPS: its configuration, by OpenID Connect Discovery 1.0, and
 * what that names as {@code jwks_uri}. Redirections are not followed.
 */
final class IssuerClient {

  /** What issuers in the field give has some 10 KiB. */
  private static final int MAX_BYTES = 512 << 10;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final JwtIssuer issuer;
  private final HttpClient http;

  IssuerClient(JwtIssuer issuer) {
    this.issuer = issuer;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1);
    this.http =
        issuer.authority().isEmpty()
            ? builder.build()
            : builder.sslContext(trusting(issuer.authority())).build();
  }

  /**
   * The keys as they are now.
   *
   * @throws IOException when they can't be had; the message says from where, and why
   */
  KeySet keys() throws IOException, InterruptedException {
    URI where = keysOf(get(issuer.discovery()));
    try {
      return KeySet.of(get(where));
    } catch (IllegalArgumentException e) {
      throw new IOException(where + " " + e.getMessage(), e);
    }
  }

  private URI keysOf(JsonNode configuration) throws IOException {
    // Discovery 1.0, section 4.3: else a server could pass on the keys of another issuer.
    if (!configuration.path("issuer").asText().equals(issuer.url())) {
      throw new IOException(issuer.discovery() + " is of another issuer than " + issuer.url());
    }
    try {
      URI uri = URI.create(configuration.path("jwks_uri").asText());
      if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below, as for any other text that is no such URL.
    }
    throw new IOException(issuer.discovery() + " names no https URL as jwks_uri");
  }

  private JsonNode get(URI uri) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Accept", "application/json").timeout(TIMEOUT).build();
    var exchange = http.sendAsync(request, head -> new LimitedBody(MAX_BYTES));
    try {
      // Until the body is there: the client's own timeout ends with the head.
      var answer = exchange.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() != 200) {
        throw new IOException(uri + " answers " + answer.statusCode());
      }
      return JSON.readTree(answer.body());
    } catch (JacksonException e) {
      throw new IOException(uri + " answers what is no JSON", e);
    } catch (ExecutionException e) {
      throw new IOException(uri + " does not answer: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException(uri + " does not answer in " + TIMEOUT.toSeconds() + " s", e);
    } finally {
      exchange.cancel(true);
    }
  }

  /**
   * TLS to servers that these CAs vouch for.
   *
   * @throws IllegalArgumentException when the text has no certificate, or a bad one
   */
  static SSLContext trusting(String pem) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate each :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
        store.setCertificateEntry(Integer.toString(store.size()), each);
      }
      if (store.size() == 0) {
        throw new IllegalArgumentException("has no certificate: write PEM, BEGIN CERTIFICATE");
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("has a bad certificate: write PEM", e);
    }
  }
}
