/**
 * Which writes a webhook or a policy is about, a write in the version that it sees, and the
 * expressions in CEL that decide.
 *
 * <p>Imports {@code api}, {@code io.usher.admission} and {@code io.usher.cel}. Read {@link
 * io.usher.apiserver.admission.match.WriteMatcher} first.
 */
@NullMarked
package io.usher.apiserver.admission.match;

import org.jspecify.annotations.NullMarked;
