package io.usher.apiserver.api;

import io.usher.admission.UserInfo;

/** Tells whether a caller may do what he asks for. Called by several threads at once. */
@FunctionalInterface
public interface Authorizer {

  /** The decision about a request. */
  Decision authorize(UserInfo user, RequestInfo request);

  /** What an authorizer says. */
  enum Outcome {
    ALLOW,
    /** Nobody else is asked. */
    DENY,
    /** The next one decides; a request that all have no opinion of is refused. */
    NO_OPINION
  }

  /**
   * An authorizer's decision.
   *
   * @param reason why, or empty; the client and the audit log see it
   * @param error what kept the authorizer from deciding, or empty: a request that nobody allows
   *     fails with 500 then, as it may have been allowed
   */
  record Decision(Outcome outcome, String reason, String error) {

    public boolean allowed() {
      return outcome == Outcome.ALLOW;
    }

    public static Decision allow(String reason) {
      return new Decision(Outcome.ALLOW, reason, "");
    }

    public static Decision deny(String reason) {
      return new Decision(Outcome.DENY, reason, "");
    }

    public static Decision noOpinion(String reason) {
      return new Decision(Outcome.NO_OPINION, reason, "");
    }

    /** No opinion, for want of an answer. */
    public static Decision failed(String error) {
      return new Decision(Outcome.NO_OPINION, "", error);
    }
  }
}
