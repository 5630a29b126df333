package io.usher.rule;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that tells whether somebody may do what he asks for. The server asks it for the
 * SubjectAccessReviews that are posted to {@code /authorize/NAME}, with the name of its webhook.
 *
 * <p>It takes an {@link io.usher.authorization.AuthorizationRequest}, and beside it {@link
 * CallContext}, {@code Lister}s and {@code ClusterReader}; it returns an {@link
 * io.usher.authorization.Authorization}. A method that throws fails the call, as it may have
 * denied: the failure policy of the API server's authorizer decides.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Authorizing {

  /** The rule's place in the webhook, lowest first; ties by class, method, parameter types. */
  int order() default 0;
}
