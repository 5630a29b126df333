package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value together with its path, as errors name it.
 *
 * @param path {@code spec.containers[0].name}; empty for the object itself
 * @param node the value; a missing node where there is none
 */
record Field(String path, JsonNode node) {

  static Field of(ObjectNode object) {
    return new Field("", object);
  }

  /** A member; a path with dots leads through several. */
  Field at(String name) {
    JsonNode member = node;
    for (String step : name.split("\\.")) {
      member = member.path(step);
    }
    return new Field(path.isEmpty() ? name : path + '.' + name, member);
  }

  /** A member of a map, {@code data[a/b]}. */
  Field key(String key) {
    return new Field(path + '[' + key + ']', node.path(key));
  }

  /** The elements of a list, with their indexes. */
  List<Field> elements() {
    var elements = new ArrayList<Field>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(new Field(path + '[' + i + ']', node.get(i)));
    }
    return elements;
  }

  /** The elements of a list that is a member. */
  List<Field> elements(String name) {
    return at(name).elements();
  }

  /** The members of a map by their keys. */
  Map<String, Field> members() {
    var members = new LinkedHashMap<String, Field>();
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      members.put(each.getKey(), key(each.getKey()));
    }
    return members;
  }

  /** The same place with another value, to be shown in an error. */
  Field showing(String value) {
    return new Field(path, TextNode.valueOf(value));
  }

  boolean isSet() {
    return !node.isMissingNode() && !node.isNull();
  }

  boolean has(String name) {
    return at(name).isSet();
  }

  boolean hasKey(String key) {
    return node.has(key);
  }

  /** The text, empty where there is none. */
  String text() {
    return node.asText("");
  }

  String text(String name) {
    return at(name).text();
  }

  /** The number, 0 where there is none. */
  long number() {
    return node.asLong();
  }

  long number(String name) {
    return at(name).number();
  }

  boolean isTrue(String name) {
    return at(name).node.asBoolean();
  }
}
