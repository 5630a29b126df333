package io.usher.apiserver.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A type with named fields.
 *
 * @param name as OpenAPI names it, {@code io.k8s.api.core.v1.Pod}
 * @param fields by their JSON name
 */
record StructType(String name, Map<String, Field> fields) {

  /**
   * What one field is.
   *
   * @param number of the field in protobuf, {@code 2.1} for field 1 of the message in field 2
   */
  record Field(Presence presence, ValueType type, String number) {}

  /** The field of this name, or null. */
  @Nullable Field field(String name) {
    return fields.get(name);
  }

  /** The name in decoding errors, {@code Pod}. */
  String simpleName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
