package io.usher.authorization;

import java.util.List;

/**
 * A request for a resource. Everything but the verb may be empty.
 *
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code
 *     patch}, {@code delete}, {@code deletecollection}, or one of a resource's own: {@code bind},
 *     {@code escalate}, {@code impersonate}; {@code *} asks for all
 * @param group the API group, empty for the core group; {@code *} asks for all
 * @param version the version, {@code v1}; {@code *} asks for all
 * @param resource the plural, {@code pods}; {@code *} asks for all
 * @param subresource {@code log}, or empty
 * @param namespace the namespace; empty for a resource of the cluster, and for all namespaces
 * @param name the object's name; empty for all
 * @param fieldSelector what the request limits itself to by fields; empty for nothing
 * @param labelSelector what the request limits itself to by labels; empty for nothing
 */
public record ResourceAttributes(
    String verb,
    String group,
    String version,
    String resource,
    String subresource,
    String namespace,
    String name,
    List<SelectorRequirement> fieldSelector,
    List<SelectorRequirement> labelSelector) {

  public ResourceAttributes {
    fieldSelector = List.copyOf(fieldSelector);
    labelSelector = List.copyOf(labelSelector);
  }

  /** A request that selects nothing, for resources of the core group in v1. */
  public static ResourceAttributes of(String verb, String resource, String namespace, String name) {
    return new ResourceAttributes(
        verb, "", "v1", resource, "", namespace, name, List.of(), List.of());
  }

  /** The same in this group and version. */
  public ResourceAttributes in(String otherGroup, String otherVersion) {
    return new ResourceAttributes(
        verb,
        otherGroup,
        otherVersion,
        resource,
        subresource,
        namespace,
        name,
        fieldSelector,
        labelSelector);
  }

  /** The same for this subresource. */
  public ResourceAttributes subresource(String other) {
    return new ResourceAttributes(
        verb, group, version, resource, other, namespace, name, fieldSelector, labelSelector);
  }

  /** The same, limited to what these requirements on fields and on labels select. */
  public ResourceAttributes selecting(
      List<SelectorRequirement> fields, List<SelectorRequirement> labels) {
    return new ResourceAttributes(
        verb, group, version, resource, subresource, namespace, name, fields, labels);
  }

  /** For a message: {@code delete deployments.apps/scale default/web}. */
  public String describe() {
    String in = group.isEmpty() ? "" : "." + group;
    String what = verb + " " + resource + in + (subresource.isEmpty() ? "" : "/" + subresource);
    String named = namespace.isEmpty() ? name : namespace + "/" + name;
    return named.isEmpty() ? what : what + " " + named;
  }
}
