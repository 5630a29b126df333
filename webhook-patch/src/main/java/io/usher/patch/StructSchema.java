package io.usher.patch;

/**
 * What one object type declares of its fields: strategies and merge keys of its lists and maps, for
 * itself and for the types below it. Immutable.
 */
public final class StructSchema {
  private static final StructSchema NONE = new StructSchema();

  private StructSchema() {}

  /** A type of which nothing is declared. */
  public static StructSchema none() {
    return NONE;
  }
}
