package io.usher.cluster;

import io.usher.admission.GroupVersionResource;
import java.time.Duration;

/**
 * A declared live read.
 *
 * @param type what a rule sees of an object
 * @param name the resource as the declaration names it, empty where the type tells it
 * @param resource what is asked for
 * @param subresource {@code proxy} for reads through the API server's proxy, else empty
 * @param list whether lists are asked for, too
 * @param cacheTime how old an answer may be that is given again
 */
public record LiveRead(
    Class<?> type,
    String name,
    GroupVersionResource resource,
    String subresource,
    boolean list,
    Duration cacheTime) {

  /** The subresource by which the API server passes a request on. */
  public static final String PROXY = "proxy";

  /** {@code nodes/proxy}. */
  public String path() {
    return subresource.isEmpty() ? resource.resource() : resource.resource() + "/" + subresource;
  }
}
