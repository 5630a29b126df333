package io.usher.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** A Grafana dashboard. */
final class GrafanaDashboard {

  /** Of the model that Grafana 9 writes; later ones migrate it as they load it. */
  private static final int SCHEMA_VERSION = 38;

  /** Grafana takes no longer one. */
  private static final int MAX_UID = 40;

  private static final int WIDTH = 12;
  private static final int HEIGHT = 8;

  /** One graph; {@code %s} in the expression stands for the selector. */
  record Panel(String title, String unit, String expression, String legend) {}

  private final String name;
  private final String selector;
  private final List<List<Panel>> panels;

  /**
   * Of one process.
   *
   * @param selector of its metrics
   */
  GrafanaDashboard(String name, String selector, List<List<Panel>> panels) {
    this.name = name;
    this.selector = selector;
    this.panels = panels;
  }

  /** As Grafana imports it. */
  String json() {
    ObjectNode dashboard = JsonNodeFactory.instance.objectNode();
    dashboard.put("uid", uid());
    dashboard.put("title", "Usher: " + name);
    dashboard.putArray("tags").add("kubernetes").add("usher");
    dashboard.put("schemaVersion", SCHEMA_VERSION);
    dashboard.put("refresh", "30s");
    dashboard.putObject("time").put("from", "now-1h").put("to", "now");
    ObjectNode variable = dashboard.putObject("templating").putArray("list").addObject();
    variable.put("name", "datasource").put("type", "datasource").put("query", "prometheus");
    ArrayNode graphs = dashboard.putArray("panels");
    panels.forEach(some -> some.forEach(panel -> add(panel, graphs.size(), graphs.addObject())));
    try {
      return new JsonMapper()
              .writer(
                  new DefaultPrettyPrinter()
                      .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                      .withArrayIndenter(new DefaultIndenter("  ", "\n")))
              .writeValueAsString(dashboard)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write the dashboard: " + e.getMessage(), e);
    }
  }

  private String uid() {
    String uid = "usher-" + name;
    return uid.length() <= MAX_UID
        ? uid
        : "usher-"
            + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))
                .toString()
                .substring(0, 18);
  }

  private void add(Panel panel, int index, ObjectNode json) {
    json.put("id", index + 1).put("title", panel.title()).put("type", "timeseries");
    json.putObject("gridPos")
        .put("x", index % 2 * WIDTH)
        .put("y", index / 2 * HEIGHT)
        .put("w", WIDTH)
        .put("h", HEIGHT);
    json.putObject("datasource").put("type", "prometheus").put("uid", "${datasource}");
    ObjectNode defaults = json.putObject("fieldConfig").putObject("defaults");
    defaults.put("unit", panel.unit()).put("min", 0);
    json.putArray("targets")
        .addObject()
        .put("refId", "A")
        .put("expr", panel.expression().formatted(selector))
        .put("legendFormat", panel.legend());
  }
}
