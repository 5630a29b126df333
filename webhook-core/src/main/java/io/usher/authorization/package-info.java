/**
 * Whether somebody may do something: what a {@code SubjectAccessReview} asks, and what it is told.
 *
 * <p>Imports {@code admission}, which has {@link io.usher.admission.UserInfo}. Read {@link
 * io.usher.authorization.AuthorizationRequest} first.
 */
@NullMarked
package io.usher.authorization;

import org.jspecify.annotations.NullMarked;
