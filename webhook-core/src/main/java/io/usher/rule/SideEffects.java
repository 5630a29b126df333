package io.usher.rule;

/**
 * Whether a webhook's rules change anything but the object.
 *
 * <p>Rules are also called when no client asked. Before it is ready, the server gives itself up to
 * 100 reviews of each path ({@code --self-reviews}), so that the first one of a client is fast:
 * {@link RuleContext#dryRun()} holds, the user is {@code system:usher}, and the object is one of
 * little but a name, {@code usher-self-review} in namespace {@code default}. Rules whose filters
 * are for other names, namespaces or labels are not called, nor are those with {@code selfReviews =
 * false}.
 */
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
