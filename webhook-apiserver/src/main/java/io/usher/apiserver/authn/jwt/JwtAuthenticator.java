package io.usher.apiserver.authn.jwt;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSObject;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.authn.AuthorizationHeader;
import io.usher.apiserver.file.ReloadedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens that are JWTs of configured issuers, as kube-apiserver knows them by {@code
 * --authentication-config} or {@code --oidc-*}: signed by a key that the issuer shows, for one of
 * the audiences, within their time. A token of another issuer, or of none, is left to others.
 *
 * <p>Claims of other servers ({@code _claim_names}) are not asked for. Thread-safe.
 */
public final class JwtAuthenticator implements Authenticator {

  /** As kube-apiserver's library: the clocks of issuers may be ahead. */
  private static final Duration NOT_BEFORE_LEEWAY = Duration.ofMinutes(5);

  /** Headers of requests are no longer. */
  private static final int MAX_LENGTH = 16 << 10;

  /** The last second of year 9999: what is later is no time. */
  private static final long MAX_SECONDS = 253_402_300_799L;

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final Supplier<AuthenticationConfiguration> configuration;
  private final Runnable readAgain;
  private final Executor executor;
  private final LongSupplier nanos;
  private final Clock clock;

  private volatile Served served;

  /** The issuers of one configuration, by their URLs. */
  private record Served(AuthenticationConfiguration of, Map<String, Issuer> issuers) {}

  private record Issuer(JwtIssuer says, IssuerKeys keys) {}

  private JwtAuthenticator(
      Supplier<AuthenticationConfiguration> configuration,
      Runnable readAgain,
      Executor executor,
      LongSupplier nanos,
      Clock clock) {
    this.configuration = configuration;
    this.readAgain = readAgain;
    this.executor = executor;
    this.nanos = nanos;
    this.clock = clock;
    this.served = serve(configuration.get(), Map.of());
  }

  /** Tokens of the issuers of a configuration, which are asked for their keys at once. */
  public static JwtAuthenticator of(AuthenticationConfiguration configuration) {
    return of(configuration, JwtAuthenticator::onThread, System::nanoTime, Clock.systemUTC());
  }

  static JwtAuthenticator of(
      AuthenticationConfiguration configuration,
      Executor executor,
      LongSupplier nanos,
      Clock clock) {
    return new JwtAuthenticator(() -> configuration, () -> {}, executor, nanos, clock);
  }

  /**
   * The same for a file that is read again while the server runs.
   *
   * @throws IOException when it can't be read or is bad; the message names the field
   */
  public static JwtAuthenticator ofFile(Path path) throws IOException {
    var file = new ReloadedFile<>(path, AuthenticationConfiguration::parse);
    return new JwtAuthenticator(
        file::current,
        file::reload,
        JwtAuthenticator::onThread,
        System::nanoTime,
        Clock.systemUTC());
  }

  private static void onThread(Runnable task) {
    var thread = new Thread(task, "issuer-keys");
    thread.setDaemon(true);
    thread.start();
  }

  /** What the configuration says of callers without a credential; null where it does not. */
  public AuthenticationConfiguration.@Nullable Anonymous anonymous() {
    return served.of().anonymous();
  }

  /**
   * Takes over what the file says now, and asks issuers whose keys are missing or old. Whoever
   * holds this calls it every few seconds; it waits for nothing.
   */
  public synchronized void reload() {
    readAgain.run();
    AuthenticationConfiguration now = configuration.get();
    if (now != served.of()) {
      served = serve(now, served.issuers());
    }
    served.issuers().values().forEach(each -> each.keys().refresh());
  }

  /** An issuer that is as before keeps its keys. */
  private Served serve(AuthenticationConfiguration now, Map<String, Issuer> before) {
    Map<String, Issuer> issuers = new HashMap<>();
    for (JwtIssuer each : now.issuers()) {
      Issuer old = before.get(each.url());
      IssuerKeys keys =
          old != null && isAskedAlike(old.says(), each)
              ? old.keys()
              : new IssuerKeys(each.url(), new IssuerClient(each)::keys, executor, nanos);
      keys.refresh();
      issuers.put(each.url(), new Issuer(each, keys));
    }
    return new Served(now, Map.copyOf(issuers));
  }

  private static boolean isAskedAlike(JwtIssuer one, JwtIssuer other) {
    return one.discovery().equals(other.discovery()) && one.authority().equals(other.authority());
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    String token = AuthorizationHeader.value(request, "Bearer");
    return token.isEmpty() ? null : bearer(token);
  }

  /**
   * Who bears a token; null when it is of no issuer that is configured.
   *
   * @throws ApiException 401 when it does not count; the message has nothing of it
   */
  public @Nullable UserInfo bearer(String token) {
    JWSObject jws;
    ObjectNode claims;
    try {
      if (token.length() > MAX_LENGTH) {
        return null;
      }
      jws = JWSObject.parse(token);
      if (jws.getHeader().getCriticalParams() != null
          || !(JSON.readTree(jws.getPayload().toBytes()) instanceof ObjectNode object)) {
        return null;
      }
      claims = object;
    } catch (ParseException | IOException | IllegalArgumentException e) {
      // It is no JWT: another kind of token, which another authenticator may know.
      return null;
    }
    // Nothing is trusted yet: the issuer only tells by whose keys it is to be signed.
    Issuer issuer = served.issuers().get(claims.path("iss").asText());
    if (issuer == null) {
      return null;
    }
    try {
      return verified(jws, claims, issuer);
    } catch (TokenException e) {
      throw new ApiException(Status.unauthorized(), "JWT: " + e.getMessage());
    }
  }

  private UserInfo verified(JWSObject jws, ObjectNode claims, Issuer issuer) throws TokenException {
    if (!issuer.says().algorithms().contains(jws.getHeader().getAlgorithm().getName())) {
      throw new TokenException("it is signed by an algorithm that does not count");
    }
    issuer.keys().require(jws);
    Instant now = clock.instant();
    Instant end = time(claims, "exp");
    if (end == null || !now.isBefore(end)) {
      throw new TokenException("it has expired");
    }
    Instant start = time(claims, "nbf");
    if (start != null && now.plus(NOT_BEFORE_LEEWAY).isBefore(start)) {
      throw new TokenException("it is not valid yet");
    }
    requireAudience(claims.path("aud"), issuer.says().audiences());
    return issuer.says().user().user(claims);
  }

  private static @Nullable Instant time(ObjectNode claims, String name) throws TokenException {
    JsonNode seconds = claims.path(name);
    if (seconds.isMissingNode()) {
      return null;
    }
    double value = seconds.isNumber() ? seconds.doubleValue() : -1;
    if (!(value >= 0 && value <= MAX_SECONDS)) {
      throw new TokenException("claim " + name + " is no time");
    }
    return Instant.ofEpochSecond((long) value);
  }

  private static void requireAudience(JsonNode stated, Set<String> audiences)
      throws TokenException {
    if (stated.isTextual() && audiences.contains(stated.textValue())) {
      return;
    }
    for (JsonNode each : stated) {
      if (each.isTextual() && audiences.contains(each.textValue())) {
        return;
      }
    }
    throw new TokenException("it is for other audiences");
  }
}
