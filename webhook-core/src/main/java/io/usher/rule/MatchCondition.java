package io.usher.rule;

import java.lang.annotation.Target;

/**
 * A CEL expression that the API server evaluates before it calls the webhook; all of a webhook's
 * conditions must be true.
 */
@Target({})
public @interface MatchCondition {
  /** A name that is unique in the webhook, {@code exclude-leases}. */
  String name();

  /** The CEL expression, over {@code object}, {@code oldObject}, {@code request}. */
  String expression();
}
