package io.usher.listwatch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.usher.view.ObjectPruner;
import io.usher.view.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a page of a list tells beside its objects.
 *
 * @param resourceVersion the version of the whole list
 * @param continueToken asks for the next page, empty when this is the last
 */
record ListPage(String resourceVersion, String continueToken) {

  /** Names come from clients: none is kept for the life of the process. */
  static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  private static final String LIST = "List";

  /** Asks for a page, and reads it. */
  static ListPage get(
      ApiReader api, String path, ObjectPruner pruner, Consumer<StoredObject> objects)
      throws IOException, InterruptedException {
    try (InputStream in = api.get(path);
        JsonParser parser = JSON.createParser(in)) {
      return read(parser, pruner, objects);
    }
  }

  /**
   * Reads a page, each object as it comes.
   *
   * @throws IOException when the stream ends before the page does, or is no list
   */
  static ListPage read(JsonParser parser, ObjectPruner pruner, Consumer<StoredObject> objects)
      throws IOException {
    require(parser.nextToken() == JsonToken.START_OBJECT, "no JSON object");
    String apiVersion = null;
    String kind = null;
    String version = "";
    String token = "";
    boolean items = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String member = parser.currentName();
      parser.nextToken();
      switch (member) {
        case "apiVersion" -> apiVersion = parser.getValueAsString();
        case "kind" -> kind = itemKind(parser.getValueAsString(""));
        case "metadata" -> {
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
              case "resourceVersion" -> version = parser.getValueAsString("");
              case "continue" -> token = parser.getValueAsString("");
              default -> parser.skipChildren();
            }
          }
        }
        case "items" -> {
          items = true;
          // An empty list of some servers has a null here.
          if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              objects.accept(pruner.read(parser, apiVersion, kind));
            }
          }
        }
        default -> parser.skipChildren();
      }
    }
    require(parser.currentToken() == JsonToken.END_OBJECT, "the list is cut off");
    require(items && !version.isEmpty(), "no list with a resourceVersion");
    return new ListPage(version, token);
  }

  private static @Nullable String itemKind(String listKind) {
    return listKind.endsWith(LIST)
        ? listKind.substring(0, listKind.length() - LIST.length())
        : null;
  }

  private static void require(boolean condition, String problem) throws IOException {
    if (!condition) {
      throw new IOException("read a list: " + problem);
    }
  }
}
