package io.usher.authorization;

/**
 * What a rule says of a request. Made by the factories.
 *
 * @param outcome what is decided
 * @param reason why, or empty; the client may see it
 * @param error what kept the rule from knowing all, or empty; the API server shows it to those who
 *     ask for a review
 */
public record Authorization(Outcome outcome, String reason, String error) {

  /** What can be decided. */
  public enum Outcome {
    /** He may, and no later rule is asked. */
    ALLOW,
    /** He may not: neither a later rule nor the API server's next authorizer is asked. */
    DENY,
    /** The next rule decides; after the last one, the API server's next authorizer. */
    NO_OPINION
  }

  /** He may; the reason is for the audit log. */
  public static Authorization allow(String reason) {
    return new Authorization(Outcome.ALLOW, reason, "");
  }

  /** He may not, whatever others would say; the client sees the reason. */
  public static Authorization deny(String reason) {
    return new Authorization(Outcome.DENY, reason, "");
  }

  /** Others decide. */
  public static Authorization noOpinion() {
    return noOpinion("");
  }

  /** Others decide; when none of them allows, the client sees the reason. */
  public static Authorization noOpinion(String reason) {
    return new Authorization(Outcome.NO_OPINION, reason, "");
  }

  /** Others decide, as this rule could not. */
  public static Authorization unknown(String error) {
    return new Authorization(Outcome.NO_OPINION, "", error);
  }
}
