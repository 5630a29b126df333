package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Sets members that are absent. */
final class Defaults {

  private Defaults() {}

  static void text(ObjectNode object, String member, String value) {
    if (!object.has(member)) {
      object.put(member, value);
    }
  }

  static void number(ObjectNode object, String member, int value) {
    if (!object.has(member)) {
      object.put(member, value);
    }
  }

  static void flag(ObjectNode object, String member, boolean value) {
    if (!object.has(member)) {
      object.put(member, value);
    }
  }

  /** An object that is a member, made where there is none. */
  static ObjectNode object(ObjectNode object, String member) {
    return object.get(member) instanceof ObjectNode present ? present : object.putObject(member);
  }

  /** An object that is a member; one that belongs to nothing where there is none. */
  static ObjectNode objectIfAny(ObjectNode object, String member) {
    return object.get(member) instanceof ObjectNode present ? present : object.objectNode();
  }

  /** The elements of a list that are objects. */
  static List<ObjectNode> objects(ObjectNode object, String member) {
    var objects = new ArrayList<ObjectNode>();
    if (object.get(member) instanceof ArrayNode list) {
      for (JsonNode each : list) {
        if (each instanceof ObjectNode element) {
          objects.add(element);
        }
      }
    }
    return objects;
  }
}
