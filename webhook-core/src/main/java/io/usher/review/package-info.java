/**
 * One review from bytes to bytes: the wire's codec, the handler with the single catch, and the
 * executor that answers in time whatever a rule does.
 *
 * <p>Imports everything below it in this module; no HTTP. Read {@link
 * io.usher.review.AdmissionReviewHandler} first.
 */
@NullMarked
package io.usher.review;

import org.jspecify.annotations.NullMarked;
