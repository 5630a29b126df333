package io.usher.engine.authentication;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.authentication.AuthenticationRequest;

/** {@code TokenReview} of {@code authentication.k8s.io/v1}, as an API server writes it. */
public final class TokenReviewBody {

  private TokenReviewBody() {}

  /** The review of this request. */
  public static ObjectNode of(AuthenticationRequest request) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("kind", TokenReviewCodec.KIND).put("apiVersion", TokenReviewCodec.GROUP + "/v1");
    review.putObject("metadata");
    ObjectNode spec = review.putObject("spec").put("token", request.token());
    if (!request.audiences().isEmpty()) {
      request.audiences().forEach(spec.putArray("audiences")::add);
    }
    review.putObject("status").putObject("user");
    return review;
  }
}
