package io.usher.webhook.declaration;

import io.usher.rule.Authenticating;
import io.usher.rule.Authorizing;
import io.usher.rule.Door;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a method says of the question that it answers.
 *
 * @param door whose question it is
 * @param order its place among those that answer the same
 */
public record DoorTerms(Door door, int order) {

  /** Those of a method's annotations, of which it may have one, none, or too many. */
  public static List<DoorTerms> of(
      @Nullable Authenticating authenticating, @Nullable Authorizing authorizing) {
    var terms = new ArrayList<DoorTerms>();
    if (authenticating != null) {
      terms.add(new DoorTerms(Door.AUTHENTICATION, authenticating.order()));
    }
    if (authorizing != null) {
      terms.add(new DoorTerms(Door.AUTHORIZATION, authorizing.order()));
    }
    return terms;
  }
}
