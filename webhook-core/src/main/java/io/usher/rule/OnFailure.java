package io.usher.rule;

/** What happens to a review when one of its mutating rules throws or takes too long. */
public enum OnFailure {
  /** The call fails with 500, and the webhook's failure policy decides. */
  FAIL_CALL,
  /** The review goes on without what the rule did; the client sees a warning. */
  SKIP_RULE
}
