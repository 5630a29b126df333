package io.usher.apiserver.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object of a configuration, each read once. What nobody reads is refused: a name
 * that is misspelt would open a door. For one thread.
 */
public final class Fields {

  private final String path;
  private final JsonNode object;
  private final Set<String> read = new HashSet<>();

  private Fields(String path, JsonNode object) {
    this.path = path;
    this.object = object;
    if (!object.isObject() && !object.isMissingNode()) {
      throw new IllegalArgumentException((path.isEmpty() ? "it" : path) + ": is no object");
    }
  }

  /** Those of the whole document. */
  public static Fields of(JsonNode object) {
    return new Fields("", object);
  }

  /** Whether it is there. */
  public boolean has(String name) {
    return !object.path(name).isMissingNode() && !object.path(name).isNull();
  }

  /** The full name of a member, as messages have it. */
  public String path(String name) {
    return path.isEmpty() ? name : path + '.' + name;
  }

  /** An object, empty where there is none. */
  public Fields object(String name) {
    return new Fields(path(name), take(name));
  }

  /** The objects of a list, none where there is no list. */
  public List<Fields> objects(String name) {
    var objects = new ArrayList<Fields>();
    for (JsonNode each : list(name)) {
      objects.add(new Fields(path(name) + '[' + objects.size() + ']', each));
    }
    return objects;
  }

  /** The texts of a list, none where there is no list; none of them is empty. */
  public List<String> texts(String name) {
    var texts = new ArrayList<String>();
    for (JsonNode each : list(name)) {
      if (!each.isTextual() || each.textValue().isEmpty()) {
        throw wrong(name, "has an entry that is no text, or an empty one");
      }
      texts.add(each.textValue());
    }
    return texts;
  }

  /** Empty where there is none. */
  public String text(String name) {
    String text = optional(name);
    return text == null ? "" : text;
  }

  /** Null where there is none. */
  public @Nullable String optional(String name) {
    JsonNode value = take(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isTextual()) {
      throw wrong(name, "is no text");
    }
    return value.textValue();
  }

  /** False where there is none. */
  public boolean bool(String name) {
    JsonNode value = take(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw wrong(name, "is neither true nor false");
    }
    return value.asBoolean();
  }

  /** A whole number; another where there is none. */
  public int number(String name, int otherwise) {
    JsonNode value = take(name);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(name, "is no whole number, or too large a one");
    }
    return value.intValue();
  }

  /** Says what is wrong with a member. */
  public IllegalArgumentException wrong(String name, String problem) {
    return new IllegalArgumentException(path(name) + ": " + problem);
  }

  /**
   * Ends the reading.
   *
   * @throws IllegalArgumentException when there is a member that was not read
   */
  public void end() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!read.contains(name)) {
                throw wrong(name, "is not known: write some of " + read.stream().sorted().toList());
              }
            });
  }

  private JsonNode list(String name) {
    JsonNode value = take(name);
    if (!value.isMissingNode() && !value.isArray()) {
      throw wrong(name, "is no list");
    }
    return value;
  }

  /** Missing where it is null, too. */
  private JsonNode take(String name) {
    read.add(name);
    return has(name) ? object.path(name) : object.path("\0");
  }
}
