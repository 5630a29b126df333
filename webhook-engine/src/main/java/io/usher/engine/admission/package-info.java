/**
 * One review from bytes to bytes: the wire's codec, the handler with the single catch, and the
 * executor that answers in time whatever a rule does.
 *
 * <p>Imports everything below it in this module; no HTTP. Read {@link
 * io.usher.engine.admission.AdmissionHandler} first.
 */
@NullMarked
package io.usher.engine.admission;

import org.jspecify.annotations.NullMarked;
