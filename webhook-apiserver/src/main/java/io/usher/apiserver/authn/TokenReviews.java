package io.usher.apiserver.authn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.UserJson;
import io.usher.apiserver.review.ReviewCache;
import io.usher.apiserver.review.ReviewCaller;
import io.usher.apiserver.review.ReviewException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens that another server knows: it is asked by TokenReview. Whether it knows a token or
 * not is kept for a while. When it does not answer, the token counts for nothing.
 */
public final class TokenReviews implements Authenticator {

  /** How long kube-apiserver keeps what a token webhook said. */
  public static final Duration WEBHOOK_LIFE = Duration.ofMinutes(2);

  /** How long an API server behind kube-apiserver keeps what that said. */
  public static final Duration DELEGATED_LIFE = Duration.ofSeconds(10);

  private final String version;
  private final ReviewCache cache;
  private final SecretMac macs = new SecretMac();

  /**
   * @param version of authentication.k8s.io, {@code v1} or {@code v1beta1}
   * @param life how long an answer counts
   * @param nanos a clock that never goes back, {@code System::nanoTime}
   */
  public TokenReviews(ReviewCaller caller, String version, Duration life, LongSupplier nanos) {
    this.version = version;
    this.cache = new ReviewCache(caller, status -> life, nanos);
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    String token = AuthorizationHeader.value(request, "Bearer");
    if (token.isEmpty()) {
      return null;
    }
    JsonNode status;
    try {
      status = cache.status(macs.of(token), () -> review(token));
    } catch (ReviewException e) {
      throw new ApiException(Status.unauthorized(), "TokenReview: " + e.getMessage());
    }
    if (!status.path("authenticated").asBoolean()) {
      String error = status.path("error").asText();
      throw new ApiException(
          Status.unauthorized(), error.isEmpty() ? "invalid bearer token" : error);
    }
    return UserJson.read(status.path("user"), "username");
  }

  private ObjectNode review(String token) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("kind", "TokenReview").put("apiVersion", "authentication.k8s.io/" + version);
    review.putObject("metadata");
    review.putObject("spec").put("token", token);
    return review;
  }
}
