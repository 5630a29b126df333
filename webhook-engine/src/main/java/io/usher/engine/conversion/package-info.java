/**
 * The kind ConversionReview: custom resources that are wanted in another version.
 *
 * <p>A review may bring thousands of objects. Each is parsed, converted and written to the answer
 * before the next one is looked at, so that of all that is made of the body no more than the answer
 * stays.
 *
 * <p>Imports {@code engine}. Read {@link io.usher.engine.conversion.ConversionHandler} first.
 */
@NullMarked
package io.usher.engine.conversion;

import org.jspecify.annotations.NullMarked;
