package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.HumanDuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Cells of Tables. */
final class Cells {

  static final String NONE = "<none>";
  static final String UNSET = "<unset>";

  /** How many elements of a list are shown. */
  private static final int SHOWN = 3;

  private Cells() {}

  static JsonNode text(String text) {
    return TextNode.valueOf(text);
  }

  /** The text of a field, or what stands for one that is not set. */
  static JsonNode text(Field field, String unset) {
    return text(field.isSet() ? field.text() : unset);
  }

  static JsonNode number(Field field) {
    return LongNode.valueOf(field.number());
  }

  /** How many elements a list has. */
  static JsonNode count(Field list) {
    return LongNode.valueOf(list.node().size());
  }

  static JsonNode flag(Field field) {
    return BooleanNode.valueOf(field.node().asBoolean());
  }

  /** The texts of a list. */
  static String joined(Field list) {
    return list.elements().stream().map(Field::text).collect(Collectors.joining(","));
  }

  /** The first elements of a list, and how many more there are. */
  static String first(List<String> elements) {
    String shown = elements.stream().limit(SHOWN).collect(Collectors.joining(","));
    return elements.size() > SHOWN ? shown + " + " + (elements.size() - SHOWN) + " more..." : shown;
  }

  /** How long ago a time was, or what stands for one that is not set. */
  static String since(Field time, String unset, Clock clock) {
    return time.isSet()
        ? HumanDuration.of(Duration.between(Instant.parse(time.text()), clock.instant()))
        : unset;
  }
}
