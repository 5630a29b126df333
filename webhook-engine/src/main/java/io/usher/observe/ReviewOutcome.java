package io.usher.observe;

/** What came of a review. */
public enum ReviewOutcome {
  /** Allowed as it was. */
  ALLOWED,
  /** Allowed, and changed. */
  PATCHED,
  /** A rule denied it. */
  DENIED,
  /** No rule decided: of admission there is no such review. */
  NO_OPINION,
  /** A rule or the call failed: the failure policy decides. */
  FAILED
}
