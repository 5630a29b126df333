package io.usher.apiserver.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.LazyJson;
import org.jspecify.annotations.Nullable;

/** A stored object that is parsed when somebody asks for its tree. For one thread at a time. */
public final class StoredTree {

  private final StoredObject object;
  private @Nullable ObjectNode tree;

  public StoredTree(StoredObject object) {
    this.object = object;
  }

  public StoredObject object() {
    return object;
  }

  /** The tree, to be read only: all who ask share it. */
  public ObjectNode tree() {
    ObjectNode parsed = tree;
    if (parsed == null) {
      parsed = LazyJson.object(object.array(), object.from(), object.to());
      tree = parsed;
    }
    return parsed;
  }
}
