package io.usher.rule;

/** What the API server does with a request when the call to the webhook fails. */
public enum FailurePolicy {
  /** The request fails too. */
  FAIL("Fail"),
  /** The request goes on as if there were no webhook. */
  IGNORE("Ignore");

  private final String value;

  FailurePolicy(String value) {
    this.value = value;
  }

  /** As Kubernetes writes it in a webhook configuration. */
  public String value() {
    return value;
  }
}
