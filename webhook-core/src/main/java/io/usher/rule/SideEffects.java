package io.usher.rule;

/** Whether a webhook's rules change anything but the object. */
public enum SideEffects {
  /** They don't. */
  NONE("None"),
  /** They do, but not on a dry run. */
  NONE_ON_DRY_RUN("NoneOnDryRun");

  private final String value;

  SideEffects(String value) {
    this.value = value;
  }

  /** As Kubernetes writes it in a webhook configuration. */
  public String value() {
    return value;
  }
}
