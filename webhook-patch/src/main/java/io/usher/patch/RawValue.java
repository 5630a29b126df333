package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A value of a document that may be unparsed, found in it only when it is asked for. */
final class RawValue {
  private final @Nullable RawValue parent;
  private final @Nullable String name;
  private final int index;
  private @Nullable JsonNode node;
  private boolean found;

  private RawValue(@Nullable RawValue parent, @Nullable String name, int index) {
    this.parent = parent;
    this.name = name;
    this.index = index;
  }

  static RawValue of(JsonNode document) {
    var root = new RawValue(null, null, 0);
    root.node = document;
    root.found = true;
    return root;
  }

  RawValue member(String name) {
    return new RawValue(this, name, 0);
  }

  RawValue element(int index) {
    return new RawValue(this, null, index);
  }

  /** The value, null where the document has none. */
  @Nullable JsonNode node() {
    if (!found && parent != null) {
      JsonNode container = parent.node();
      if (container != null) {
        node = name == null ? container.get(index) : container.get(name);
      }
      found = true;
    }
    return node;
  }
}
