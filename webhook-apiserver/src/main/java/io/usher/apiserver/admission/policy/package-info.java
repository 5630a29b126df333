/**
 * Admission by the policies of ValidatingAdmissionPolicies and MutatingAdmissionPolicies, as their
 * bindings have it. Nothing of CEL is loaded before a policy is there.
 *
 * <p>Imports {@code api}, {@code admission.match}, {@code io.usher.cel}, {@code io.usher.patch} and
 * {@code io.usher.admission}. Read {@link io.usher.apiserver.admission.policy.ValidatingPolicies}
 * first.
 */
@NullMarked
package io.usher.apiserver.admission.policy;

import org.jspecify.annotations.NullMarked;
