package io.usher.patch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a type declares of one of its fields.
 *
 * @param strategy how a strategic merge patch treats the field's value
 * @param retainKeys whether such a patch lists the keys that are to stay
 * @param mergeKey the member that tells a list's elements apart in a strategic merge patch
 * @param listKeys the members that together do so in server-side apply; empty where none are
 *     declared
 * @param type the field's type, or that of the elements of its list
 */
record FieldSchema(
    Strategy strategy,
    boolean retainKeys,
    @Nullable String mergeKey,
    List<String> listKeys,
    StructSchema type) {

  static final FieldSchema NONE = of(StructSchema.none());

  enum Strategy {
    /** Maps are merged, lists are replaced as a whole. */
    DEFAULT,
    MERGE,
    REPLACE
  }

  FieldSchema {
    listKeys = List.copyOf(listKeys);
  }

  /** A field of which nothing but its type is declared. */
  static FieldSchema of(StructSchema type) {
    return new FieldSchema(Strategy.DEFAULT, false, null, List.of(), type);
  }
}
