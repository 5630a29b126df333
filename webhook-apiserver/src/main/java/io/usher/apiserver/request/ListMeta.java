package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * {@code metadata} of a list.
 *
 * @param version the list's version
 * @param next where it goes on, or empty
 * @param remaining how many objects follow; 0 when it is not known
 */
record ListMeta(long version, String next, long remaining) {

  ObjectNode toJson() {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("resourceVersion", Long.toString(version));
    if (!next.isEmpty()) {
      metadata.put("continue", next);
    }
    if (remaining > 0) {
      metadata.put("remainingItemCount", remaining);
    }
    return metadata;
  }
}
