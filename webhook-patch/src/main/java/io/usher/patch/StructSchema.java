package io.usher.patch;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one object type declares of its fields: the patch strategies and merge keys of its lists and
 * maps, and the types below them. Immutable.
 */
public final class StructSchema {
  private static final StructSchema NONE = new StructSchema("any", Map.of(), Others.UNDECLARED);

  /** What holds for a field that the type does not name. */
  enum Others {
    /** It may exist, and nothing is declared of it. */
    UNDECLARED,
    /** The type has no other field. */
    UNKNOWN
  }

  private final String name;
  private final Map<String, FieldSchema> fields;
  private final Others others;

  /**
   * @param name for messages
   * @param fields not copied, so that types can refer to each other; complete before first use
   */
  StructSchema(String name, Map<String, FieldSchema> fields, Others others) {
    this.name = name;
    this.fields = fields;
    this.others = others;
  }

  /** A type of which nothing is declared. */
  public static StructSchema none() {
    return NONE;
  }

  /** What is declared of a field, nothing where the type does not know it. */
  FieldSchema field(String field) {
    return fields.getOrDefault(field, FieldSchema.NONE);
  }

  /** The same, but null where the type has no such field. */
  @Nullable FieldSchema knownField(String field) {
    return fields.getOrDefault(field, others == Others.UNKNOWN ? null : FieldSchema.NONE);
  }

  @Override
  public String toString() {
    return name;
  }
}
