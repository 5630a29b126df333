package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.VersionOrder;

/** What requests to a deprecated version are warned with. */
final class Deprecation {

  private Deprecation() {}

  /** The text, empty for a version that is not deprecated. */
  static String of(JsonNode spec, JsonNode version) {
    if (!version.path("deprecated").asBoolean()) {
      return "";
    }
    if (version.hasNonNull("deprecationWarning")) {
      return version.get("deprecationWarning").asText();
    }
    String group = spec.path("group").asText();
    String kind = spec.at("/names/kind").asText();
    String name = version.path("name").asText();
    String better = "";
    for (JsonNode each : spec.path("versions")) {
      String other = each.path("name").asText();
      boolean usable = each.path("served").asBoolean() && !each.path("deprecated").asBoolean();
      if (usable
          && VersionOrder.compare(other, name) < 0
          && (better.isEmpty() || VersionOrder.compare(other, better) < 0)) {
        better = other;
      }
    }
    String text = group + '/' + name + ' ' + kind + " is deprecated";
    return better.isEmpty() ? text : text + "; use " + group + '/' + better + ' ' + kind;
  }
}
