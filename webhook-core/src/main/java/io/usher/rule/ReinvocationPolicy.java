package io.usher.rule;

/** Whether a mutating webhook is called once more when a later one changed the object. */
public enum ReinvocationPolicy {
  /** It is called once. */
  NEVER("Never"),
  /** It is called again, at most once. */
  IF_NEEDED("IfNeeded");

  private final String value;

  ReinvocationPolicy(String value) {
    this.value = value;
  }

  /** As Kubernetes writes it in a webhook configuration. */
  public String value() {
    return value;
  }
}
