package io.usher.engine.conversion;

import io.usher.engine.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * What came of a review.
 *
 * @param encoded the whole answer, or null when there is no memory for it
 * @param failure why no object is converted, or null
 * @param refusal why there is no answer, or null
 */
record ConversionAnswer(
    byte @Nullable [] encoded, @Nullable String failure, @Nullable ProtocolException refusal) {}
