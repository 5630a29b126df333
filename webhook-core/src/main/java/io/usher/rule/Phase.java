package io.usher.rule;

/** The two times that the API server calls a webhook at. */
public enum Phase {
  /** Rules may change the object; webhooks run one after another. */
  MUTATING("mutate"),
  /** The object is final; webhooks run side by side. */
  VALIDATING("validate");

  private final String verb;

  Phase(String verb) {
    this.verb = verb;
  }

  /** The first segment of the paths of this phase: {@code mutate}, {@code validate}. */
  public String verb() {
    return verb;
  }
}
