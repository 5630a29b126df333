package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.HumanDuration;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The columns of a Table that a definition gives: the name, and its {@code printerColumns}. */
final class PrinterColumns {

  private PrinterColumns() {}

  /**
   * The columns.
   *
   * @param declared {@code additionalPrinterColumns} of a version
   * @param clock tells how long ago something was
   */
  static List<Column> of(JsonNode declared, Clock clock) {
    var columns = new ArrayList<Column>();
    columns.add(Column.ofName());
    if (declared.isEmpty()) {
      Column age = Column.ofAge(clock);
      columns.add(new Column(age.name(), "date", "", age.description(), 0, age.cell()));
    }
    for (JsonNode column : declared) {
      String path = column.path("jsonPath").asText();
      JsonPath parsed;
      try {
        parsed = JsonPath.parse(path);
      } catch (IllegalArgumentException e) {
        // As kube-apiserver: the columns before it are shown.
        return columns;
      }
      String type = column.path("type").asText();
      String description = column.path("description").asText();
      columns.add(
          new Column(
              column.path("name").asText(),
              type,
              column.path("format").asText(),
              description.isEmpty()
                  ? "Custom resource definition column (in JSONPath format): " + path
                  : description,
              column.path("priority").asInt(),
              object -> cell(parsed.find(object), type, clock)));
    }
    return columns;
  }

  private static JsonNode cell(List<JsonNode> found, String type, Clock clock) {
    if (found.isEmpty() || found.get(0).isNull()) {
      return NullNode.instance;
    }
    JsonNode value = found.get(0);
    return switch (type) {
      case "string" ->
          TextNode.valueOf(value.isContainerNode() ? value.toString() : value.asText());
      case "integer" -> value.isNumber() ? LongNode.valueOf(value.longValue()) : NullNode.instance;
      case "number" ->
          value.isNumber() ? DoubleNode.valueOf(value.doubleValue()) : NullNode.instance;
      case "boolean" ->
          value.isBoolean() ? BooleanNode.valueOf(value.booleanValue()) : NullNode.instance;
      case "date" -> value.isTextual() ? since(value.textValue(), clock) : NullNode.instance;
      default -> NullNode.instance;
    };
  }

  private static JsonNode since(String time, Clock clock) {
    try {
      return TextNode.valueOf(
          HumanDuration.of(
              Duration.between(OffsetDateTime.parse(time).toInstant(), clock.instant())));
    } catch (DateTimeException e) {
      return TextNode.valueOf("<invalid>");
    }
  }
}
