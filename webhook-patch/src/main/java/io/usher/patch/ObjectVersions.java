package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** The versions that objects of one kind have: managers own fields in the version they wrote. */
public interface ObjectVersions {

  /**
   * The schema of a version, null when there is no such version.
   *
   * @param apiVersion {@code apps/v1}
   */
  @Nullable StructSchema schema(String apiVersion);

  /**
   * An object in another version that there is.
   *
   * @param object not to be edited; it says its own version
   */
  JsonNode convert(JsonNode object, String apiVersion);

  /**
   * An object of this version in which nothing is set yet. Where the kind's encoder always writes a
   * field, it has that field: nobody becomes its owner by leaving it so.
   */
  JsonNode empty(String apiVersion);

  /** All versions have the same fields, and only {@code apiVersion} differs. */
  static ObjectVersions of(StructSchema schema) {
    return new UniformVersions(schema);
  }
}
