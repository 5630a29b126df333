package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.Function;

/**
 * A column of a {@code Table}.
 *
 * @param name the heading, {@code Age}
 * @param type OpenAPI's type: {@code string}, {@code integer}, {@code date}
 * @param format OpenAPI's format; {@code name} marks the column that names the row; or empty
 * @param description what the column says
 * @param priority 0 for columns that are always shown, above it for {@code -o wide}
 * @param cell gives an object's cell
 */
public record Column(
    String name,
    String type,
    String format,
    String description,
    int priority,
    Function<ObjectNode, JsonNode> cell) {

  /** The object's name, which every Table begins with. */
  public static Column ofName() {
    return new Column(
        "Name",
        "string",
        "name",
        "Name must be unique within a namespace. Is required when creating resources, although some"
            + " resources may allow a client to request the generation of an appropriate name"
            + " automatically. Name is primarily intended for creation idempotence and"
            + " configuration definition. Cannot be updated. More info:"
            + " https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
        0,
        object -> TextNode.valueOf(object.path("metadata").path("name").asText()));
  }

  /** The same with another format. */
  public Column withFormat(String other) {
    return new Column(name, type, other, description, priority, cell);
  }

  /** How long ago the object was created, {@code 5m}. */
  public static Column ofAge(Clock clock) {
    return new Column(
        "Age",
        "string",
        "",
        "CreationTimestamp is a timestamp representing the server time when this object was"
            + " created. It is not guaranteed to be set in happens-before order across separate"
            + " operations. Clients may not set this value. It is represented in RFC3339 form and"
            + " is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info:"
            + " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
            + "#metadata",
        0,
        object -> TextNode.valueOf(since(object.at("/metadata/creationTimestamp"), clock)));
  }

  private static String since(JsonNode time, Clock clock) {
    try {
      return HumanDuration.of(Duration.between(Instant.parse(time.asText()), clock.instant()));
    } catch (DateTimeParseException e) {
      return "<unknown>";
    }
  }
}
