package io.usher.authentication;

import io.usher.admission.UserInfo;
import java.util.List;

/**
 * What a rule says of a token. Made by the factories; no reason ever holds the token or a part of
 * it.
 */
public sealed interface Authentication {

  /** What it can be: each kind has a type of its own. */
  enum Kind {
    /** {@link Authentication#user}. */
    KNOWN,
    /** {@link Authentication#notMine()}. */
    NOT_MINE,
    /** {@link Authentication#refused}. */
    REFUSED
  }

  /** What it is. */
  Kind kind();

  /**
   * The token is this user's, and no later rule is asked.
   *
   * @throws IllegalArgumentException when the user has no name
   */
  static Known user(UserInfo user) {
    return new Known(user, List.of());
  }

  /** The rule does not know the token: the next one is asked. */
  static Authentication notMine() {
    return new NotMine("");
  }

  /**
   * The rule does not know the token, and says why; the API server learns of it when no later rule
   * knows the token either.
   */
  static Authentication notMine(String reason) {
    return new NotMine(reason);
  }

  /** The token is nobody's, whatever later rules would say: one that is revoked, or stolen. */
  static Authentication refused(String reason) {
    return new Refused(reason);
  }

  /**
   * See {@link Authentication#user}.
   *
   * @param user whose the token is
   * @param audiences whom the token is for; empty where the rule can't tell, so that the API server
   *     takes it as one for itself
   */
  record Known(UserInfo user, List<String> audiences) implements Authentication {

    public Known {
      if (user.username().isEmpty()) {
        throw new IllegalArgumentException("the user has no name");
      }
      audiences = List.copyOf(audiences);
    }

    /**
     * The same for a token that is for these audiences. Where the API server names audiences and
     * none is among these, the token counts as nobody's.
     */
    public Known forAudiences(List<String> all) {
      return new Known(user, all);
    }

    @Override
    public Kind kind() {
      return Kind.KNOWN;
    }
  }

  /** See {@link Authentication#notMine(String)}. */
  record NotMine(String reason) implements Authentication {

    @Override
    public Kind kind() {
      return Kind.NOT_MINE;
    }
  }

  /** See {@link Authentication#refused}. */
  record Refused(String reason) implements Authentication {

    @Override
    public Kind kind() {
      return Kind.REFUSED;
    }
  }
}
