package io.usher.engine.authorization;

import io.usher.authorization.Authorization;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import java.io.IOException;

/**
 * {@code SubjectAccessReview} between bytes and records, as {@code k8s.io/api/authorization/v1} and
 * {@code v1beta1} define it. Thread-safe.
 */
final class SubjectAccessReviewCodec {

  static final String GROUP = "authorization.k8s.io";
  static final String KIND = "SubjectAccessReview";

  private final ReviewJson json;

  SubjectAccessReviewCodec(ReviewLimits limits) {
    this.json = new ReviewJson(GROUP, KIND, limits);
  }

  SubjectAccessReview decode(byte[] body, ReviewMemory memory) throws ProtocolException {
    return json.read(body, memory, SubjectAccessReviewReader::new);
  }

  byte[] encode(SubjectAccessReview review, Authorization answer, ReviewMemory memory)
      throws IOException, ProtocolException {
    return json.write(256, memory, out -> SubjectAccessReviewWriter.write(out, review, answer));
  }
}
