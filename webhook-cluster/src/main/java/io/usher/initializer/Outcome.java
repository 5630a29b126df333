package io.usher.initializer;

/** What came of an object. */
public enum Outcome {
  /** It is as the rules want it. */
  RIGHT("right"),
  /** It was changed. */
  CHANGED("changed"),
  /** It is not there any more, or its Namespace goes. */
  GONE("gone"),
  /** It is being deleted. */
  DELETING("deleting"),
  /** An owner maintains it. */
  OWNED("owned"),
  /** Another controller undoes the change again and again. */
  UNDONE("undone"),
  /** The API server does not take the change: a field is immutable. */
  REFUSED("refused"),
  /** The rules change their own result. */
  NOT_IDEMPOTENT("not idempotent"),
  /** A rule denies it as it is. */
  DENIED("denied"),
  /** A rule or a request failed. */
  FAILED("failed");

  private final String text;

  Outcome(String text) {
    this.text = text;
  }

  /** For metrics and reports. */
  @Override
  public String toString() {
    return text;
  }
}
