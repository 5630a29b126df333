package io.usher.engine.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.ObjectMapping;
import io.usher.patch.StructSchema;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One rule's copy of the object, in the type that it asked for, and what it takes to find out what
 * the rule did to it.
 */
final class ObjectView {

  final Class<?> type;
  final Object value;

  /** The JSON of the view as decoded; null for trees, and where nobody will ask. */
  private final byte @Nullable [] before;

  private ObjectView(Class<?> type, Object value, byte @Nullable [] before) {
    this.type = type;
    this.value = value;
    this.before = before;
  }

  /**
   * @param comparable whether {@link #unchanged} or {@link #edited} will be asked
   */
  static ObjectView of(ObjectNode tree, Class<?> type, boolean comparable, String what) {
    Object value = ObjectMapping.decode(tree, type, what);
    boolean encode = comparable && !ObjectMapping.isTree(type);
    return new ObjectView(type, value, encode ? ObjectMapping.encode(value) : null);
  }

  /** Whether the rule left a typed view as it was, so that the next rule may have it. */
  boolean unchanged() {
    return before != null && Arrays.equals(before, ObjectMapping.encode(value));
  }

  /** The tree with the rule's edits, the same instance where there are none it can tell. */
  JsonNode edited(ObjectNode tree, Supplier<StructSchema> schema) {
    return before == null ? (JsonNode) value : ObjectMapping.edited(tree, before, value, schema);
  }
}
