package io.usher.decisions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.telemetry.RuleMeasures;
import java.util.ArrayList;
import java.util.List;

/**
 * What one replica tells the others of a rule.
 *
 * @param webhook the qualified name
 * @param rule {@code Class.method}
 * @param phase {@code mutating} or {@code validating}
 * @param jar the file's name, or empty
 * @param digest of the jar, or empty
 * @param changes reviews whose object it changed
 * @param denials reviews that it denied
 * @param measures its calls
 */
public record RuleReport(
    String webhook,
    String rule,
    String phase,
    String jar,
    String digest,
    long changes,
    long denials,
    RuleMeasures measures) {

  /** The name of the Rule. */
  String name() {
    return webhook + ':' + rule;
  }

  ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("webhook", webhook)
            .put("rule", rule)
            .put("phase", phase)
            .put("jar", jar)
            .put("digest", digest)
            .put("changes", changes)
            .put("denials", denials)
            .put("returned", measures.returned())
            .put("failed", measures.failed())
            .put("hungThreads", measures.hungThreads())
            .put("circuitOpen", measures.circuitOpen());
    ArrayNode upTo = json.putArray("upTo");
    measures.upTo().forEach(upTo::add);
    return json;
  }

  static RuleReport of(JsonNode json) {
    List<Long> upTo = new ArrayList<>();
    json.path("upTo").forEach(each -> upTo.add(each.asLong()));
    return new RuleReport(
        json.path("webhook").asText(),
        json.path("rule").asText(),
        json.path("phase").asText(),
        json.path("jar").asText(),
        json.path("digest").asText(),
        json.path("changes").asLong(),
        json.path("denials").asLong(),
        new RuleMeasures(
            json.path("returned").asLong(),
            json.path("failed").asLong(),
            upTo,
            json.path("hungThreads").asInt(),
            json.path("circuitOpen").asBoolean()));
  }
}
