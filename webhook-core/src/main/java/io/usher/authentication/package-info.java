/**
 * Who somebody is: what a {@code TokenReview} asks, and what it is told.
 *
 * <p>Imports {@code admission}, which has {@link io.usher.admission.UserInfo}. Read {@link
 * io.usher.authentication.AuthenticationRequest} first.
 */
@NullMarked
package io.usher.authentication;

import org.jspecify.annotations.NullMarked;
