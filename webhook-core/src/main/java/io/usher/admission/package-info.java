/**
 * What the API server asks and what it is told: an {@code AdmissionReview} as Java values.
 *
 * <p>Everything may import this package; it imports {@code io.usher.patch} alone. Read {@link
 * io.usher.admission.AdmissionRequest} first.
 */
@NullMarked
package io.usher.admission;

import org.jspecify.annotations.NullMarked;
