package io.usher.rule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that tells whose a bearer token is. The server asks it for the TokenReviews that are
 * posted to {@code /authenticate/NAME}, with the name of its webhook.
 *
 * <p>It takes an {@link io.usher.authentication.AuthenticationRequest}, and beside it {@link
 * CallContext}, {@code Lister}s and {@code ClusterReader}; it returns an {@link
 * io.usher.authentication.Authentication}. A method that throws knows nobody: the next one is
 * asked, and when none knows the token, the call fails and the API server may ask again.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Authenticating {

  /** The rule's place in the webhook, lowest first; ties by class, method, parameter types. */
  int order() default 0;
}
