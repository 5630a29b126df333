package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Removes an object, or marks it when something has to happen before it goes. */
final class Removal {

  private final Storage storage;
  private final Clock clock;

  Removal(Storage storage, Clock clock) {
    this.storage = storage;
    this.clock = clock;
  }

  /** Whether an object that is being deleted has nothing left to wait for. */
  static boolean isDue(ObjectNode object, ResourceType type) {
    return ObjectMeta.isBeingDeleted(object)
        && !ObjectMeta.hasFinalizers(object)
        && type.strategy().mayBeRemoved(object);
  }

  /**
   * What became of an object.
   *
   * @param object as it is now, or was, in the stored version
   * @param removed whether it is gone
   */
  record Gone(ObjectNode object, boolean removed) {}

  /** Null when somebody else was faster. */
  @Nullable Gone remove(StoredObject stored, ResourceType type, DeleteOptions options) {
    ObjectNode object = new StoredTree(stored).tree();
    boolean again = ObjectMeta.isBeingDeleted(object);
    boolean finalizersChanged = setFinalizers(object, options.propagation());
    long grace = type.strategy().gracePeriodSeconds(object, options.gracePeriodSeconds());
    boolean removable = !ObjectMeta.hasFinalizers(object) && type.strategy().mayBeRemoved(object);
    if (removable && grace <= 0) {
      boolean removed =
          options.dryRun()
              || storage.delete(type.storage(), stored.key(), stored.version()) != null;
      if (grace == 0) {
        mark(object, type, grace);
      }
      return removed ? new Gone(object, true) : null;
    }
    if (again && !finalizersChanged) {
      return new Gone(object, false);
    }
    if (!again) {
      mark(object, type, Math.max(0, grace));
    }
    if (options.dryRun()) {
      return new Gone(object, false);
    }
    StoredObject marked =
        storage.put(type.storage(), stored.key(), stored.version(), Draft.of(object));
    if (marked == null) {
      return null;
    }
    if (removable) {
      // Where a kubelet would take its time. Whoever was faster has removed it or holds it.
      storage.delete(type.storage(), marked.key(), marked.version());
    }
    return new Gone(new StoredTree(marked).tree(), false);
  }

  private void mark(ObjectNode object, ResourceType type, long grace) {
    ObjectNode metadata = ObjectMeta.of(object);
    metadata.put(
        "deletionTimestamp",
        clock.instant().plusSeconds(grace).truncatedTo(ChronoUnit.SECONDS).toString());
    metadata.put("deletionGracePeriodSeconds", grace);
    if (metadata.path("generation").asLong() > 0) {
      metadata.put("generation", metadata.path("generation").asLong() + 1);
    }
    type.strategy().prepareForDelete(object);
  }

  /** Says by finalizers what becomes of the dependents; whether that changed anything. */
  private static boolean setFinalizers(ObjectNode object, String propagation) {
    if (propagation.isEmpty()) {
      return false;
    }
    ObjectNode metadata = ObjectMeta.of(object);
    JsonNode before = metadata.path("finalizers");
    ArrayNode after = JsonNodeFactory.instance.arrayNode();
    for (JsonNode each : before) {
      if (!each.asText().equals("orphan") && !each.asText().equals("foregroundDeletion")) {
        after.add(each);
      }
    }
    switch (propagation) {
      case "Orphan" -> after.add("orphan");
      case "Foreground" -> after.add("foregroundDeletion");
      default -> {
        // Background needs nobody's leave.
      }
    }
    if (after.isEmpty()) {
      metadata.remove("finalizers");
    } else {
      metadata.set("finalizers", after);
    }
    return !before.equals(after) && !(before.isMissingNode() && after.isEmpty());
  }
}
