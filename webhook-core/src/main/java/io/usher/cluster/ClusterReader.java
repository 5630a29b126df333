package io.usher.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;

/** The declared reads of a rule's class. A rule that knows its types takes {@link Lister}s. */
public interface ClusterReader {

  /**
   * The objects of a type.
   *
   * @throws IllegalArgumentException when the rule's class declares no read of this type, or
   *     several
   */
  <T> Lister<T> lister(Class<T> type);

  /**
   * The objects of a resource.
   *
   * @param resource as {@code @Reads(resource = ...)} declares it
   * @throws IllegalArgumentException when the rule's class declares no read of this resource
   */
  Lister<GenericKubernetesResource> lister(String resource);

  /** The API server itself, for what {@code @ReadsLive} declares. */
  LiveReader live();
}
