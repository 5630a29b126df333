package io.usher.apiserver.api;

import java.util.List;

/**
 * What a request wants, read from its method, path and query alone: the {@code RequestInfo} of
 * k8s.io/apiserver. Authorization, admission and audit decide by it.
 *
 * @param resourceRequest whether it is about a resource; else only {@code verb} and {@code path}
 *     are set
 * @param path the decoded path
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code
 *     patch}, {@code delete}, {@code deletecollection}; the method in lower case for a path that is
 *     no resource
 * @param group the API group, empty for the core group
 * @param version the version, {@code v1}
 * @param namespace the namespace, or empty
 * @param resource the plural
 * @param subresource the subresource, or empty
 * @param name the object's name, or empty
 * @param parts the path's segments from the resource on
 * @param fieldSelector of {@code list}, {@code watch} and {@code deletecollection} as the client
 *     writes it, or empty
 * @param labelSelector likewise
 */
public record RequestInfo(
    boolean resourceRequest,
    String path,
    String verb,
    String group,
    String version,
    String namespace,
    String resource,
    String subresource,
    String name,
    List<String> parts,
    String fieldSelector,
    String labelSelector) {

  public RequestInfo {
    parts = List.copyOf(parts);
  }

  /** A request that selects nothing. */
  public RequestInfo(
      boolean resourceRequest,
      String path,
      String verb,
      String group,
      String version,
      String namespace,
      String resource,
      String subresource,
      String name,
      List<String> parts) {
    this(
        resourceRequest,
        path,
        verb,
        group,
        version,
        namespace,
        resource,
        subresource,
        name,
        parts,
        "",
        "");
  }

  /** The same by another verb. */
  public RequestInfo withVerb(String other) {
    return new RequestInfo(
        resourceRequest,
        path,
        other,
        group,
        version,
        namespace,
        resource,
        subresource,
        name,
        parts,
        fieldSelector,
        labelSelector);
  }

  /** Group and resource, as messages name them. */
  public GroupResource groupResource() {
    return new GroupResource(group, resource);
  }

  /** {@code v1}, {@code apps/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + '/' + version;
  }
}
