package io.usher.rule;

/** Which versions of a resource reach a webhook that is registered for one of them. */
public enum MatchPolicy {
  /** Only the registered group and version. */
  EXACT("Exact"),
  /** Every equivalent one, converted to the registered one. */
  EQUIVALENT("Equivalent");

  private final String value;

  MatchPolicy(String value) {
    this.value = value;
  }

  /** As Kubernetes writes it in a webhook configuration. */
  public String value() {
    return value;
  }
}
