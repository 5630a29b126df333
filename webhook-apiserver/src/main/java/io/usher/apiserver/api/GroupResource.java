package io.usher.apiserver.api;

/**
 * A resource whatever its version.
 *
 * @param group the API group, empty for the core group
 * @param resource the plural, {@code deployments}
 */
public record GroupResource(String group, String resource) implements Comparable<GroupResource> {

  /** {@code pods}, {@code deployments.apps}: as messages name it. */
  @Override
  public String toString() {
    return group.isEmpty() ? resource : resource + "." + group;
  }

  @Override
  public int compareTo(GroupResource other) {
    int order = group.compareTo(other.group);
    return order != 0 ? order : resource.compareTo(other.resource);
  }
}
