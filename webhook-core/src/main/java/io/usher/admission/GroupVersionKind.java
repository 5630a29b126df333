package io.usher.admission;

/**
 * The type of an object, {@code apps/v1 Deployment}.
 *
 * @param group the API group, empty for the core group
 * @param version the version in the group
 * @param kind the kind, in the singular and capitalized
 */
public record GroupVersionKind(String group, String version, String kind) {

  /** The {@code apiVersion} of objects of this kind: {@code v1}, {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  @Override
  public String toString() {
    return apiVersion() + " " + kind;
  }
}
