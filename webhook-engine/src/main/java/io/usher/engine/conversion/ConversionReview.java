package io.usher.engine.conversion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.conversion.ConversionRequest;
import io.usher.engine.ReviewMemory;
import io.usher.json.LazyJson;

/**
 * A decoded review. Its objects are where they were in the body.
 *
 * @param apiVersion {@code apiextensions.k8s.io/v1} or {@code v1beta1}: the answer is in the same
 * @param request what is asked
 * @param body valid JSON where the objects are
 * @param spans where each object begins and ends
 * @param memory gives what the answer needs, before it is made
 */
record ConversionReview(
    String apiVersion, ConversionRequest request, byte[] body, int[] spans, ReviewMemory memory) {

  /** One of the objects, parsed where it is read. */
  ObjectNode object(int index) {
    return LazyJson.object(body, spans[2 * index], spans[2 * index + 1]);
  }
}
