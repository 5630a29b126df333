package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The conditions of a definition's status. */
public final class Conditions {

  private Conditions() {}

  /** Whether a condition is there and true. */
  public static boolean isTrue(JsonNode definition, String type) {
    return find(definition, type).path("status").asText().equals("True");
  }

  /** The condition of this type; missing where there is none. */
  public static JsonNode find(JsonNode definition, String type) {
    JsonNode conditions = definition.path("status").path("conditions");
    for (JsonNode each : conditions) {
      if (each.path("type").asText().equals(type)) {
        return each;
      }
    }
    return conditions.path("none");
  }

  /** Sets a condition. The time stays where the status does. */
  public static void set(
      ObjectNode definition,
      String type,
      String status,
      String reason,
      String message,
      Instant now) {
    ObjectNode condition =
        find(definition, type) instanceof ObjectNode present
            ? present
            : conditions(definition).addObject().put("type", type);
    if (!condition.path("status").asText().equals(status)) {
      condition.put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    condition.put("status", status).put("reason", reason).put("message", message);
  }

  private static ArrayNode conditions(ObjectNode definition) {
    ObjectNode status = definition.withObject("/status");
    return status.get("conditions") instanceof ArrayNode conditions
        ? conditions
        : status.putArray("conditions");
  }
}
