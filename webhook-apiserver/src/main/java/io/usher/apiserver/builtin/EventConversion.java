package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.Conversion;
import java.util.List;
import java.util.Map;

/** Events of {@code events.k8s.io}, which are those of the core group under other names. */
final class EventConversion implements Conversion {

  private static final Map<String, String> CORE_NAMES =
      Map.of(
          "regarding", "involvedObject",
          "note", "message",
          "reportingController", "reportingComponent",
          "deprecatedCount", "count",
          "deprecatedFirstTimestamp", "firstTimestamp",
          "deprecatedLastTimestamp", "lastTimestamp",
          "deprecatedSource", "source");

  @Override
  public void toStored(ObjectNode object) {
    CORE_NAMES.forEach((name, core) -> rename(object, name, core));
  }

  @Override
  public void fromStored(ObjectNode object) {
    CORE_NAMES.forEach((name, core) -> rename(object, core, name));
    // always written in the core group, and not here
    for (String member : List.of("reportingController", "reportingInstance")) {
      if (object.path(member).asText().isEmpty()) {
        object.remove(member);
      }
    }
  }

  private static void rename(ObjectNode object, String from, String to) {
    JsonNode value = object.remove(from);
    if (value != null) {
      object.set(to, value);
    }
  }
}
