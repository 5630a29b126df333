package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Findings in the Static Analysis Results Interchange Format of OASIS, version 2.1.0. */
final class SarifLog {

  private SarifLog() {}

  static ObjectNode of(List<Finding> findings) {
    ObjectNode log = JsonNodeFactory.instance.objectNode();
    log.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    log.put("version", "2.1.0");
    ObjectNode run = log.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "usher lint");
    ArrayNode rules = driver.putArray("rules");
    for (LintRule rule : LintRule.values()) {
      add(rule, rules.addObject());
    }
    ArrayNode results = run.putArray("results");
    findings.forEach(finding -> add(finding, results.addObject()));
    return log;
  }

  private static void add(LintRule rule, ObjectNode json) {
    json.put("id", rule.id());
    json.putObject("shortDescription").put("text", rule.description());
    json.putObject("help").put("text", rule.fix());
    json.putObject("defaultConfiguration").put("level", rule.severity().level());
  }

  private static void add(Finding finding, ObjectNode json) {
    json.put("ruleId", finding.rule().id());
    json.put("ruleIndex", finding.rule().ordinal());
    json.put("level", finding.rule().severity().level());
    json.putObject("message")
        .put("text", finding.object() + ": " + finding.why() + "; " + finding.rule().fix());
    ObjectNode location = json.putArray("locations").addObject();
    ObjectNode physical = location.putObject("physicalLocation");
    physical.putObject("artifactLocation").put("uri", finding.source().replace('\\', '/'));
    physical.putObject("region").put("startLine", finding.line());
    location.putArray("logicalLocations").addObject().put("fullyQualifiedName", finding.object());
  }
}
