package io.usher.rule;

import io.usher.conversion.ConversionRequest;
import java.time.Duration;

/**
 * One call of one conversion, for one object. Used by the thread that it was called on, until the
 * conversion returns.
 */
public interface ConversionContext {

  /** What the API server asks for. */
  ConversionRequest request();

  /**
   * The object in the version that the conversion takes, in a copy of this call's own. A call has
   * one view: the same type gives the same instance again.
   *
   * @param type {@code ObjectNode} or {@code JsonNode}, {@code GenericKubernetesResource}, a {@code
   *     CustomResource}
   * @throws ObjectDecodingException when the object does not fit the type
   * @throws IllegalStateException when this call already has a view of another type
   */
  <T> T object(Class<T> type);

  /** How much of the review's budget is left; zero when it has passed. */
  Duration remaining();
}
