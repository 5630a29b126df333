package io.usher.admission;

/**
 * A collection in the API, {@code apps/v1 deployments}.
 *
 * @param group the API group, empty for the core group
 * @param version the version in the group
 * @param resource the resource, in lower case and the plural, without a subresource
 */
public record GroupVersionResource(String group, String version, String resource) {

  @Override
  public String toString() {
    return (group.isEmpty() ? version : group + "/" + version) + " " + resource;
  }
}
