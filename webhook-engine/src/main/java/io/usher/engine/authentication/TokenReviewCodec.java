package io.usher.engine.authentication;

import io.usher.authentication.Authentication;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import java.io.IOException;

/**
 * {@code TokenReview} between bytes and records, as {@code k8s.io/api/authentication/v1} and {@code
 * v1beta1} define it. Thread-safe.
 *
 * <p>Guarantees: those of {@link ReviewJson}; no message quotes anything of a body.
 */
final class TokenReviewCodec {

  static final String GROUP = "authentication.k8s.io";
  static final String KIND = "TokenReview";

  private final ReviewJson json;

  TokenReviewCodec(ReviewLimits limits) {
    this.json = ReviewJson.ofSecrets(GROUP, KIND, limits);
  }

  TokenReview decode(byte[] body, ReviewMemory memory) throws ProtocolException {
    return json.read(body, memory, (walk, parser) -> new TokenReviewReader(walk));
  }

  byte[] encode(TokenReview review, Authentication answer, ReviewMemory memory)
      throws IOException, ProtocolException {
    return json.write(512, memory, out -> TokenReviewWriter.write(out, review, answer));
  }
}
