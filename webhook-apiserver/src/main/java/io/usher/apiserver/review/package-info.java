/**
 * Questions to another server, as {@code TokenReview} or {@code SubjectAccessReview}: who somebody
 * is, whether he may.
 *
 * <p>Imports no other package of Usher. Read {@link io.usher.apiserver.review.ReviewCache} first.
 */
@NullMarked
package io.usher.apiserver.review;

import org.jspecify.annotations.NullMarked;
