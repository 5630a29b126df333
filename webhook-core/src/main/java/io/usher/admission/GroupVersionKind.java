package io.usher.admission;

/**
 * The type of an object, {@code apps/v1 Deployment}.
 *
 * @param group the API group, empty for the core group
 * @param version the version in the group
 * @param kind the kind, in the singular and capitalized
 */
public record GroupVersionKind(String group, String version, String kind) {

  /**
   * The type that an object names.
   *
   * @param apiVersion {@code v1}, {@code apps/v1}
   */
  public static GroupVersionKind of(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    return new GroupVersionKind(group, apiVersion.substring(slash + 1), kind);
  }

  /** The {@code apiVersion} of objects of this kind: {@code v1}, {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  @Override
  public String toString() {
    return apiVersion() + " " + kind;
  }
}
