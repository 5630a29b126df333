package io.usher.webhook;

import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.rule.Door;
import io.usher.rule.ReviewRuleDefinition;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rules of one webhook that answer the questions of doors, each in the order in which they are
 * asked.
 *
 * @param authenticators who tell whose a token is
 * @param authorizers who tell whether somebody may
 */
public record DoorRules(
    List<ReviewRuleDefinition<AuthenticationRequest, Authentication>> authenticators,
    List<ReviewRuleDefinition<AuthorizationRequest, Authorization>> authorizers) {

  /** No rules. */
  public static final DoorRules NONE = new DoorRules(List.of(), List.of());

  public DoorRules {
    authenticators = authenticators.stream().sorted().toList();
    authorizers = authorizers.stream().sorted().toList();
  }

  /** Those of this door. */
  public List<? extends ReviewRuleDefinition<?, ?>> of(Door door) {
    return switch (door) {
      case AUTHENTICATION -> authenticators;
      case AUTHORIZATION -> authorizers;
    };
  }

  /** All of them. */
  public Stream<ReviewRuleDefinition<?, ?>> all() {
    return Stream.concat(authenticators.stream(), authorizers.stream());
  }

  /** These and others. */
  DoorRules and(DoorRules others) {
    return new DoorRules(
        Stream.concat(authenticators.stream(), others.authenticators.stream()).toList(),
        Stream.concat(authorizers.stream(), others.authorizers.stream()).toList());
  }
}
