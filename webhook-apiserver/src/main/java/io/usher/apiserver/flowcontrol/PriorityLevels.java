package io.usher.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** PriorityLevelConfigurations by name, and how many requests each is to serve at once. */
final class PriorityLevels {

  /** What kube-apiserver's {@code --max-requests-inflight} and the one of changes add up to. */
  private static final int SERVER_SEATS = 600;

  private record Level(String uid, int shares) {}

  private final Map<String, Level> levels = new TreeMap<>();

  void put(JsonNode object) {
    JsonNode spec = object.path("spec");
    boolean exempt = spec.path("type").asText().equals("Exempt");
    int shares =
        spec.path(exempt ? "exempt" : "limited")
            .path("nominalConcurrencyShares")
            .asInt(exempt ? 0 : 30);
    levels.put(
        object.at("/metadata/name").asText(),
        new Level(object.at("/metadata/uid").asText(), shares));
  }

  void remove(JsonNode object) {
    levels.remove(object.at("/metadata/name").asText());
  }

  /** The level's uid, or null where there is none of this name. */
  @Nullable String uid(String name) {
    Level level = levels.get(name);
    return level == null ? null : level.uid();
  }

  /** How many of the server's seats are each level's by its shares. */
  Map<String, Integer> nominalSeats() {
    double all = Math.max(1, levels.values().stream().mapToInt(Level::shares).sum());
    var seats = new TreeMap<String, Integer>();
    levels.forEach(
        (name, level) -> seats.put(name, (int) Math.ceil(SERVER_SEATS * level.shares() / all)));
    return seats;
  }
}
