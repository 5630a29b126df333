package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What webhooks wrote and the API server did not store, of which it tells nobody. */
final class LostChanges {

  private static final String METADATA = "metadata";

  /** Absent from an object that nobody deletes, whatever is written here. */
  private static final Set<String> OWN =
      Set.of(
          "metadata.deletionTimestamp",
          "metadata.deletionGracePeriodSeconds",
          "metadata.managedFields",
          "metadata.selfLink",
          "status");

  private final List<String> notes = new ArrayList<>();

  private LostChanges() {}

  /**
   * Finds them.
   *
   * @param admitted as the webhooks left the object; what is lost is taken out of it
   * @param sent the object before the webhooks
   * @param stored as the server has it
   * @return a note for each change that is lost
   */
  static List<String> takeFrom(ObjectNode admitted, ObjectNode sent, JsonNode stored) {
    var lost = new LostChanges();
    String was = sent.path(METADATA).path("name").asText();
    String name = admitted.path(METADATA).path("name").asText();
    if (!was.isEmpty() && !name.equals(was)) {
      lost.notes.add("a webhook renamed it: it is stored as " + name);
    }
    lost.take("", admitted, sent, stored);
    return lost.notes;
  }

  /** The places where a webhook put a null, and none was. */
  static List<String> nulls(JsonNode before, JsonNode after) {
    var places = new ArrayList<String>();
    nulls("", before, after, places);
    return places;
  }

  private static void nulls(String path, JsonNode before, JsonNode after, List<String> places) {
    if (after.isNull() && !before.isNull()) {
      places.add(path);
    }
    after
        .properties()
        .forEach(
            member -> {
              String name = member.getKey();
              nulls(member(path, name), before.path(name), member.getValue(), places);
            });
    for (int i = 0; after.isArray() && i < after.size(); i++) {
      nulls(path + '[' + i + ']', before.path(i), after.get(i), places);
    }
  }

  private void take(String path, JsonNode admitted, JsonNode sent, JsonNode stored) {
    if (admitted instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
        String name = member.getKey();
        JsonNode value = member.getValue();
        JsonNode before = sent.get(name);
        if (value.equals(before)) {
          continue;
        }
        if (isLost(path, value, stored.path(name))) {
          notes.add(note(member(path, name), stored.has(name)));
          reset(object, name, before);
        } else {
          take(member(path, name), value, sent.path(name), stored.path(name));
        }
      }
    }
    for (int i = 0; admitted.isArray() && i < admitted.size(); i++) {
      take(path + '[' + i + ']', admitted.get(i), sent.path(i), stored.path(i));
    }
  }

  private static String member(String path, String name) {
    return path.isEmpty() ? name : path + '.' + name;
  }

  /** An empty map or list may be left out; elsewhere a value may only be spelled another way. */
  private static boolean isLost(String path, JsonNode value, JsonNode stored) {
    if (stored.isMissingNode()) {
      return value.isValueNode() || !value.isEmpty();
    }
    return path.equals(METADATA) && value.isValueNode() && !value.equals(stored);
  }

  private static String note(String path, boolean isStored) {
    return isStored || OWN.contains(path)
        ? path + " is the API server's own: what a webhook wrote is lost"
        : path + " is no field of its kind: the API server drops it";
  }

  private static void reset(ObjectNode object, String name, @Nullable JsonNode value) {
    if (value == null) {
      object.remove(name);
    } else {
      object.set(name, value);
    }
  }
}
