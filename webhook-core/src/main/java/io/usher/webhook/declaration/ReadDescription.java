package io.usher.webhook.declaration;

import io.usher.cluster.OnStale;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code @Reads} of a class.
 *
 * @param origin what the reader read the type from, handed back with declared reads
 * @param type the type of the objects
 * @param resource as it is written, empty where the type tells it
 * @param indexes in their order
 * @param fields as they are written
 * @param onStale what a view that is too old does
 */
public record ReadDescription(
    Object origin,
    TypeDescription type,
    String resource,
    List<IndexDescription> indexes,
    List<String> fields,
    OnStale onStale) {

  public ReadDescription {
    indexes = List.copyOf(indexes);
    fields = List.copyOf(fields);
  }

  /**
   * An index of a read.
   *
   * @param origin what the reader read it from
   * @param name its simple name
   * @param of the type that it indexes by name, or null when it does not tell
   * @param constructible whether it can be made without arguments
   */
  public record IndexDescription(
      Object origin, String name, @Nullable String of, boolean constructible) {}
}
