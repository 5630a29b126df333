package io.usher.observe;

/** What came of a review. */
public enum ReviewOutcome {
  /** Allowed as it was. */
  ALLOWED,
  /** Allowed, and changed. */
  PATCHED,
  /** A rule denied it. */
  DENIED,
  /** A rule or the call failed: the failure policy decides. */
  FAILED
}
