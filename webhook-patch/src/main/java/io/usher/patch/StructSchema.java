package io.usher.patch;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one object type declares of its fields: the patch strategies and merge keys of its lists and
 * maps, and the types below them. Immutable.
 */
public final class StructSchema {
  private static final StructSchema NONE = new StructSchema("any", Map.of(), Others.OPEN);

  /** A type of which a table says nothing. */
  static final StructSchema UNDECLARED =
      new StructSchema("undeclared", Map.of(), Others.UNDECLARED);

  /** What holds for a field that the type does not name. */
  enum Others {
    /** It may exist: what is declared of it is that of any type. */
    UNDECLARED,
    /** It exists where the object has it, as in a map. */
    OPEN,
    /** The type has no other field. */
    UNKNOWN
  }

  private final String name;
  private final Map<String, FieldSchema> fields;
  private final Others others;
  private final @Nullable FieldSchema values;
  private final boolean atomic;
  private final FieldSchema asField;

  private StructSchema(
      String name,
      Map<String, FieldSchema> fields,
      Others others,
      @Nullable FieldSchema values,
      boolean atomic) {
    this.name = name;
    this.fields = fields;
    this.others = others;
    this.values = values;
    this.atomic = atomic;
    this.asField = FieldSchema.of(this);
  }

  /**
   * @param name for messages
   * @param fields not copied, so that types can refer to each other; complete before first use
   */
  StructSchema(String name, Map<String, FieldSchema> fields, Others others) {
    this(name, fields, others, null, false);
  }

  /** A type whose objects have one owner in server-side apply. */
  static StructSchema atomic(String name, Map<String, FieldSchema> fields, Others others) {
    return new StructSchema(name, fields, others, null, true);
  }

  /** A map: the same holds for each of its members. */
  static StructSchema mapOf(FieldSchema values) {
    return new StructSchema("map", Map.of(), Others.OPEN, values, false);
  }

  /** A type of which nothing is declared. */
  public static StructSchema none() {
    return NONE;
  }

  /** What is declared of a field, nothing where the type does not know it. */
  FieldSchema field(String field) {
    FieldSchema known = knownField(field);
    return known == null ? NONE.asField : known;
  }

  /** Whether the type itself names the field, so that it is more than a key of a map. */
  boolean names(String field) {
    return others == Others.UNDECLARED || fields.containsKey(field);
  }

  boolean isAtomic() {
    return atomic;
  }

  /** What holds for the members of a map, null where this is none. */
  @Nullable FieldSchema values() {
    return values;
  }

  /** Whether it has members of any name and shape. */
  boolean isAny() {
    return others == Others.OPEN && values == null && fields.isEmpty();
  }

  /** A field of this type of which nothing else is declared. */
  FieldSchema asField() {
    return asField;
  }

  /** The same, but null where the type has no such field. */
  @Nullable FieldSchema knownField(String field) {
    FieldSchema declared = fields.getOrDefault(field, values);
    if (declared != null) {
      return declared;
    }
    return switch (others) {
      case UNDECLARED -> UNDECLARED.asField;
      case OPEN -> NONE.asField;
      case UNKNOWN -> null;
    };
  }

  Map<String, FieldSchema> fields() {
    return fields;
  }

  @Override
  public String toString() {
    return name;
  }
}
