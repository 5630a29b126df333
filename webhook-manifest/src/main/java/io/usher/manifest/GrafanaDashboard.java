package io.usher.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A Grafana dashboard: what comes in, what is decided, how long it takes, and what is wrong. */
final class GrafanaDashboard {

  /** Of the model that Grafana 9 writes; later ones migrate it as they load it. */
  private static final int SCHEMA_VERSION = 38;

  private static final int WIDTH = 12;
  private static final int HEIGHT = 8;

  /** One graph; {@code %s} in the expression stands for the selector. */
  private record Panel(String title, String unit, String expression, String legend) {}

  private static final List<Panel> PANELS =
      List.of(
          new Panel(
              "Reviews by decision",
              "reqps",
              "sum by (webhook, decision) (rate(usher_reviews_total{%s}[$__rate_interval]))",
              "{{webhook}} {{decision}}"),
          new Panel(
              "Reviews by kind",
              "reqps",
              "sum by (kind, operation) (rate(usher_reviews_total{%s}[$__rate_interval]))",
              "{{operation}} {{kind}}"),
          new Panel(
              "Review duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (webhook, le)"
                  + " (rate(usher_review_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{webhook}}"),
          new Panel(
              "Rule duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (rule, le)"
                  + " (rate(usher_rule_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{rule}}"),
          new Panel(
              "Rule errors",
              "reqps",
              "sum by (rule) (rate(usher_rule_errors_total{%s}[$__rate_interval]))",
              "{{rule}}"),
          new Panel(
              "Refused calls by status",
              "reqps",
              "sum by (webhook, status)"
                  + " (rate(usher_reviews_rejected_total{%s}[$__rate_interval]))",
              "{{webhook}} {{status}}"),
          new Panel(
              "Reviews that run", "short", "sum by (pod) (usher_reviews_in_flight{%s})", "{{pod}}"),
          new Panel(
              "Reviews that wait", "short", "sum by (pod) (usher_reviews_queued{%s})", "{{pod}}"),
          new Panel(
              "Hung threads",
              "short",
              "sum by (pod, rule) (usher_hung_threads{%s})",
              "{{pod}} {{rule}}"),
          new Panel(
              "Time until the certificate expires",
              "s",
              "min by (pod) (usher_certificate_expiry_seconds{%s}) - time()",
              "{{pod}}"),
          new Panel(
              "Age of views of the cluster",
              "s",
              "max by (pod, resource) (usher_view_age_seconds{%s})",
              "{{pod}} {{resource}}"),
          new Panel(
              "Objects in views",
              "short",
              "max by (resource) (usher_view_objects{%s})",
              "{{resource}}"),
          new Panel(
              "Views not synced",
              "short",
              "sum by (pod, resource) (usher_view_synced{%s} == bool 0)",
              "{{pod}} {{resource}}"),
          new Panel(
              "Lists and watches that fail",
              "reqps",
              "sum by (pod) (rate(usher_view_failures_total{%s}[$__rate_interval]))",
              "{{pod}}"),
          new Panel(
              "Live reads that the API server is asked for",
              "reqps",
              "sum by (pod) (rate(usher_live_misses_total{%s}[$__rate_interval]))",
              "{{pod}}"),
          new Panel(
              "Live reads that fail",
              "reqps",
              "sum by (pod) (rate(usher_live_errors_total{%s}[$__rate_interval]))",
              "{{pod}}"),
          new Panel(
              "Live read duration, 99 of 100",
              "s",
              "histogram_quantile(0.99, sum by (pod, le)"
                  + " (rate(usher_live_duration_seconds_bucket{%s}[$__rate_interval])))",
              "{{pod}}"));

  private final Installation installation;

  GrafanaDashboard(Installation installation) {
    this.installation = installation;
  }

  /** As Grafana imports it. */
  String json() {
    ObjectNode dashboard = JsonNodeFactory.instance.objectNode();
    dashboard.put("uid", "usher-" + installation.name());
    dashboard.put("title", "Usher: " + installation.name());
    dashboard.putArray("tags").add("kubernetes").add("usher");
    dashboard.put("schemaVersion", SCHEMA_VERSION);
    dashboard.put("refresh", "30s");
    dashboard.putObject("time").put("from", "now-1h").put("to", "now");
    ObjectNode variable = dashboard.putObject("templating").putArray("list").addObject();
    variable.put("name", "datasource").put("type", "datasource").put("query", "prometheus");
    ArrayNode panels = dashboard.putArray("panels");
    for (int i = 0; i < PANELS.size(); i++) {
      add(PANELS.get(i), i, panels.addObject());
    }
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
        .put("expr", panel.expression().formatted(installation.metricSelector()))
        .put("legendFormat", panel.legend());
  }
}
