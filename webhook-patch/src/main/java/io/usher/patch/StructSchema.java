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
  private final @Nullable FieldSchema values;

  private StructSchema(
      String name, Map<String, FieldSchema> fields, Others others, @Nullable FieldSchema values) {
    this.name = name;
    this.fields = fields;
    this.others = others;
    this.values = values;
  }

  /**
   * @param name for messages
   * @param fields not copied, so that types can refer to each other; complete before first use
   */
  StructSchema(String name, Map<String, FieldSchema> fields, Others others) {
    this(name, fields, others, null);
  }

  /** A map: the same holds for each of its members. */
  static StructSchema mapOf(FieldSchema values) {
    return new StructSchema("map", Map.of(), Others.UNDECLARED, values);
  }

  /** A type of which nothing is declared. */
  public static StructSchema none() {
    return NONE;
  }

  /** What is declared of a field, nothing where the type does not know it. */
  FieldSchema field(String field) {
    FieldSchema known = knownField(field);
    return known == null ? FieldSchema.NONE : known;
  }

  /** The same, but null where the type has no such field. */
  @Nullable FieldSchema knownField(String field) {
    FieldSchema declared = fields.getOrDefault(field, values);
    return declared == null && others == Others.UNDECLARED ? FieldSchema.NONE : declared;
  }

  Map<String, FieldSchema> fields() {
    return fields;
  }

  @Override
  public String toString() {
    return name;
  }
}
