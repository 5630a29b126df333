package io.usher.patch;

import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who changes an object, and of what of it he may be the owner.
 *
 * @param name as {@code managedFields} has it, {@code kubectl}; empty is {@code unknown}
 * @param time of the change; its seconds are what is kept. Null where none is kept, as for {@code
 *     scale}
 * @param subresource through which he changes it, {@code status}; empty for the object itself
 * @param force whether what he applies takes fields from other managers, where it would be a
 *     conflict
 * @param ignored paths of fields that nobody owns by this change, {@code status}: what is said of
 *     them has no effect
 * @param only paths of the only fields that he may own by this change; empty for all
 */
public record FieldManager(
    String name,
    @Nullable Instant time,
    String subresource,
    boolean force,
    List<String> ignored,
    List<String> only) {

  public FieldManager {
    ignored = List.copyOf(ignored);
    only = List.copyOf(only);
  }

  /** A manager of the object itself, who takes no fields by force. */
  public static FieldManager of(String name, Instant time) {
    return new FieldManager(
        name.isEmpty() ? "unknown" : name, time, "", false, List.of(), List.of());
  }

  /** The same, who takes the fields of others. */
  public FieldManager forcing(boolean other) {
    return new FieldManager(name, time, subresource, other, ignored, only);
  }

  /** The same without a time. */
  public FieldManager timeless() {
    return new FieldManager(name, null, subresource, force, ignored, only);
  }

  /** The same through a subresource. */
  public FieldManager through(String other) {
    return new FieldManager(name, time, other, force, ignored, only);
  }

  /** The same, who may not own these fields. */
  public FieldManager ignoring(List<String> paths) {
    return new FieldManager(name, time, subresource, force, paths, only);
  }

  /** The same, who may own these fields alone. */
  public FieldManager owningOnly(List<String> paths) {
    return new FieldManager(name, time, subresource, force, ignored, paths);
  }

  UnaryOperator<FieldSet> filter() {
    if (!only.isEmpty()) {
      FieldSet all = FieldSet.of(only);
      return set -> set.within(all);
    }
    if (ignored.isEmpty()) {
      return UnaryOperator.identity();
    }
    FieldSet all = FieldSet.of(ignored);
    return set -> set.without(all);
  }
}
