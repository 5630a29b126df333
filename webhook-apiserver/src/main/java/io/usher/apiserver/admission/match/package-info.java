/**
 * Which writes a webhook or a policy is about, and a write in the version that it sees.
 *
 * <p>Imports {@code api} and {@code io.usher.admission}. Read {@link
 * io.usher.apiserver.admission.match.WriteMatcher} first.
 */
@NullMarked
package io.usher.apiserver.admission.match;

import org.jspecify.annotations.NullMarked;
