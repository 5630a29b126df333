package io.usher.listwatch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.usher.view.ObjectPruner;
import io.usher.view.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of a watch.
 *
 * @param delta what it tells
 * @param resourceVersion where the next watch begins
 */
record WatchEvent(Delta delta, String resourceVersion) {

  private static final int INTERNAL_ERROR = 500;

  /**
   * Reads the next event.
   *
   * @return null when the stream has ended between two events
   * @throws ApiStatusException when the event is an error
   * @throws IOException when the stream ends within an event, or is no watch
   */
  static @Nullable WatchEvent read(JsonParser parser, ObjectPruner pruner) throws IOException {
    JsonToken begin = parser.nextToken();
    if (begin == null) {
      return null;
    }
    require(begin == JsonToken.START_OBJECT, "no JSON object");
    String type = "";
    WatchEvent event = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "type" -> type = parser.getValueAsString("");
        case "object" -> event = event(type, parser, pruner);
        default -> parser.skipChildren();
      }
    }
    require(parser.currentToken() == JsonToken.END_OBJECT, "the event is cut off");
    require(event != null, "an event without an object");
    return Objects.requireNonNull(event);
  }

  /** Kubernetes writes the type first, as Go's structure has it. */
  private static WatchEvent event(String type, JsonParser parser, ObjectPruner pruner)
      throws IOException {
    switch (type) {
      case "ADDED", "MODIFIED" -> {
        StoredObject object = pruner.read(parser, null, null);
        return new WatchEvent(new Delta.Stored(object), object.resourceVersion());
      }
      case "DELETED" -> {
        StoredObject object = pruner.read(parser, null, null);
        return new WatchEvent(new Delta.Deleted(object), object.resourceVersion());
      }
      case "BOOKMARK" -> {
        return new WatchEvent(new Delta.Bookmark(), bookmarked(parser));
      }
      case "ERROR" -> throw refused(parser);
      default -> throw new IOException("read a watch: an event of type \"" + type + "\"");
    }
  }

  private static String bookmarked(JsonParser parser) throws IOException {
    String version = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      parser.nextToken();
      if (member.equals("metadata")) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          if (name.equals("resourceVersion")) {
            version = parser.getValueAsString("");
          } else {
            parser.skipChildren();
          }
        }
      } else {
        parser.skipChildren();
      }
    }
    require(!version.isEmpty(), "a bookmark without a resourceVersion");
    return version;
  }

  private static ApiStatusException refused(JsonParser parser) throws IOException {
    int code = INTERNAL_ERROR;
    String message = "";
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "code" -> code = parser.getValueAsInt(INTERNAL_ERROR);
        case "message" -> message = parser.getValueAsString("");
        default -> parser.skipChildren();
      }
    }
    return new ApiStatusException(
        "watch",
        code,
        true,
        JsonNodeFactory.instance.objectNode().put("message", message),
        Duration.ZERO);
  }

  private static void require(boolean condition, String problem) throws IOException {
    if (!condition) {
      throw new IOException("read a watch: " + problem);
    }
  }
}
