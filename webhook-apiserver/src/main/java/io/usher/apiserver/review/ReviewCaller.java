package io.usher.apiserver.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Sends a review, and waits for its answer. Called by many threads at once. */
@FunctionalInterface
public interface ReviewCaller {

  /**
   * The answered review.
   *
   * @throws ReviewException when there is none in time
   */
  JsonNode call(ObjectNode review) throws ReviewException;
}
