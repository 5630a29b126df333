package io.usher.engine.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Status;
import org.jspecify.annotations.Nullable;

/**
 * What a rule makes of the chain.
 *
 * @param denial why the request is denied, or null
 * @param changed the object from now on, when it has changed
 * @param view the rule's view, when the next rule may have it
 */
record Outcome(@Nullable Status denial, @Nullable ObjectNode changed, @Nullable ObjectView view) {

  static final Outcome NOTHING = new Outcome(null, null, null);
}
