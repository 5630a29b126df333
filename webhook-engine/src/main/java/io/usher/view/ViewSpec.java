package io.usher.view;

import io.usher.admission.GroupVersionResource;
import io.usher.cluster.FieldPath;
import io.usher.cluster.Index;
import io.usher.cluster.Read;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What one view holds: all that is read of one resource, by whatever rule.
 *
 * @param resource what is listed and watched
 * @param fields what is kept of an object beside its identity; empty for everything
 * @param indexes by which objects are found
 */
public record ViewSpec(
    GroupVersionResource resource, List<FieldPath> fields, List<ObjectIndex<?>> indexes) {

  public ViewSpec {
    fields = List.copyOf(fields);
    indexes = List.copyOf(indexes);
  }

  /** One for each resource that is read: it has the indexes of all, and the fields of all. */
  public static List<ViewSpec> of(Collection<Read> reads) {
    Map<GroupVersionResource, List<Read>> byResource = new LinkedHashMap<>();
    for (Read read : reads) {
      byResource.computeIfAbsent(read.resource(), resource -> new ArrayList<>()).add(read);
    }
    return byResource.entrySet().stream()
        .map(each -> new ViewSpec(each.getKey(), fields(each.getValue()), indexes(each.getValue())))
        .toList();
  }

  private static List<FieldPath> fields(List<Read> reads) {
    var fields = new LinkedHashSet<FieldPath>();
    for (Read read : reads) {
      if (read.fields().isEmpty()) {
        return List.of();
      }
      fields.addAll(read.fields());
    }
    return List.copyOf(fields);
  }

  private static List<ObjectIndex<?>> indexes(List<Read> reads) {
    Map<Class<?>, ObjectIndex<?>> indexes = new LinkedHashMap<>();
    for (Read read : reads) {
      for (Class<? extends Index<?>> index : read.indexes()) {
        indexes.computeIfAbsent(index, each -> ObjectIndex.of(index, read.type()));
      }
    }
    return List.copyOf(indexes.values());
  }

  /** {@code ingresses.networking.k8s.io}. */
  public String label() {
    return resource.group().isEmpty()
        ? resource.resource()
        : resource.resource() + "." + resource.group();
  }
}
