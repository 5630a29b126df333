package io.usher.initializer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.listwatch.ApiStatusException;
import io.usher.listwatch.ListWatch;
import io.usher.write.MergePatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The objects of the API server, one by one. */
final class LiveObjects {

  static final String FIELD_MANAGER = "usher-initializer";

  private final ListWatch api;
  private final String query;

  LiveObjects(ListWatch api, boolean dryRun) {
    this.api = api;
    this.query = "?fieldManager=" + FIELD_MANAGER + (dryRun ? "&dryRun=All" : "");
  }

  /** The object of this name as it is now, or null. */
  @Nullable ObjectNode get(ObjectKey key) throws IOException, InterruptedException {
    try {
      return (ObjectNode) api.get(key.path());
    } catch (ApiStatusException e) {
      if (e.isNotFound()) {
        return null;
      }
      throw e;
    }
  }

  /** Patches the very object in the very version; the object afterwards. */
  JsonNode patch(ObjectPatch patch) throws IOException, InterruptedException {
    MergePatch change = patch.conditional();
    return api.send("PATCH", patch.object().path() + query, change.mediaType(), change.patch());
  }
}
