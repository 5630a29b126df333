package io.usher.cluster;

import io.usher.admission.GroupVersionResource;
import java.util.List;

/**
 * A declared read.
 *
 * @param type what a rule sees of an object
 * @param name the resource as the declaration names it, empty where the type tells it
 * @param resource what is listed and watched, in all namespaces
 * @param indexes by which objects are found
 * @param fields what is kept of an object beside its identity and its labels; empty for everything
 * @param onStale what a view that is too old does to a rule
 */
public record Read(
    Class<?> type,
    String name,
    GroupVersionResource resource,
    List<Class<? extends Index<?>>> indexes,
    List<FieldPath> fields,
    OnStale onStale) {

  public Read {
    indexes = List.copyOf(indexes);
    fields = List.copyOf(fields);
  }
}
