package io.usher.engine.admission;

import io.usher.admission.AdmissionResponse;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import java.io.IOException;

/**
 * {@code AdmissionReview} between bytes and records, as {@code k8s.io/api/admission/v1} and {@code
 * v1beta1} define it. Thread-safe.
 *
 * <p>Expected flow: {@link #decode}, rules, {@link #encode} with the review that was decoded, so
 * that the answer bears its version and uid.
 *
 * <p>Guarantees: those of {@link ReviewJson}; object, oldObject and options are not parsed beyond
 * that until somebody reads them.
 */
final class AdmissionCodec {

  private final ReviewJson json;

  AdmissionCodec(ReviewLimits limits) {
    this.json = new ReviewJson("admission.k8s.io", ReviewBody.KIND, limits);
  }

  /**
   * Decodes a request.
   *
   * @param body kept by the result, and must not change
   * @param memory gives what is made of the body, before it is made
   */
  AdmissionReview decode(byte[] body, ReviewMemory memory) throws ProtocolException {
    return json.read(body, memory, (walk, parser) -> new AdmissionReader(walk, parser, body));
  }

  /**
   * Encodes this webhook's answer to this review.
   *
   * @param memory gives what the answer needs, before it is made
   */
  byte[] encode(
      String webhook, AdmissionReview review, AdmissionResponse response, ReviewMemory memory)
      throws IOException, ProtocolException {
    return AdmissionWriter.write(json, webhook, review, response, memory);
  }
}
