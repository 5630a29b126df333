package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.time.Clock;
import java.util.Locale;

/** The row of an Event of v1. */
record EventRow(Field event, Clock clock) {

  JsonNode cell(String column) {
    return switch (column) {
      case "Last Seen" -> Cells.text(lastSeen());
      case "Type" -> Cells.text(event.text("type"));
      case "Reason" -> Cells.text(event.text("reason"));
      case "Object" -> Cells.text(about());
      case "Subobject" -> Cells.text(event.text("involvedObject.fieldPath"));
      case "Source" -> Cells.text(source());
      case "Message" -> Cells.text(event.text("message").strip());
      case "First Seen" -> Cells.text(firstSeen());
      default -> LongNode.valueOf(count());
    };
  }

  private String firstSeen() {
    String time = Cells.since(event.at("eventTime"), "<unknown>", clock);
    return Cells.since(event.at("firstTimestamp"), time, clock);
  }

  private String lastSeen() {
    return event.has("series")
        ? Cells.since(event.at("series.lastObservedTime"), "<unknown>", clock)
        : Cells.since(event.at("lastTimestamp"), firstSeen(), clock);
  }

  private long count() {
    return event.has("series") ? event.number("series.count") : Math.max(1, event.number("count"));
  }

  private String about() {
    String kind = event.text("involvedObject.kind").toLowerCase(Locale.ROOT);
    String name = event.text("involvedObject.name");
    return name.isEmpty() ? kind : kind + '/' + name;
  }

  private String source() {
    String component = firstOf("source.component", "reportingComponent");
    String instance = firstOf("source.host", "reportingInstance");
    return instance.isEmpty() ? component : component + ", " + instance;
  }

  private String firstOf(String path, String other) {
    return event.text(path).isEmpty() ? event.text(other) : event.text(path);
  }
}
