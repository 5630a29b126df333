package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The row of a HorizontalPodAutoscaler of autoscaling/v2. */
record AutoscalerRow(Field autoscaler) {

  private static final int SHOWN = 2;
  private static final String UNKNOWN = "<unknown>";

  JsonNode cell(String column) {
    Field spec = autoscaler.at("spec");
    return switch (column) {
      case "Reference" ->
          Cells.text(spec.text("scaleTargetRef.kind") + '/' + spec.text("scaleTargetRef.name"));
      case "Targets" -> Cells.text(targets());
      case "MinPods" -> Cells.text(spec.at("minReplicas"), Cells.UNSET);
      case "MaxPods" -> Cells.number(spec.at("maxReplicas"));
      default -> Cells.number(autoscaler.at("status.currentReplicas"));
    };
  }

  private String targets() {
    List<Field> metrics = autoscaler.elements("spec.metrics");
    List<Field> current = autoscaler.elements("status.currentMetrics");
    if (metrics.isEmpty()) {
      return Cells.NONE;
    }
    var shown = new ArrayList<String>();
    for (int i = 0; i < Math.min(metrics.size(), SHOWN); i++) {
      shown.add(target(metrics.get(i), i < current.size() ? current.get(i) : null));
    }
    int more = metrics.size() - SHOWN;
    return String.join(", ", shown) + (more > 0 ? " + " + more + " more..." : "");
  }

  private static String target(Field metric, @Nullable Field status) {
    String source =
        switch (metric.text("type")) {
          case "External" -> "external";
          case "Pods" -> "pods";
          case "Object" -> "object";
          case "Resource" -> "resource";
          case "ContainerResource" -> "containerResource";
          default -> "";
        };
    if (source.isEmpty()) {
      return "<unknown type>";
    }
    Field wanted = metric.at(source).at("target");
    boolean ofResource = source.endsWith("esource");
    String name = ofResource ? metric.at(source).text("name") + ": " : "";
    if (wanted.has("averageValue")) {
      boolean marked = source.equals("external") || source.equals("object");
      return name
          + current(status, source, "averageValue", "")
          + '/'
          + wanted.text("averageValue")
          + (marked ? " (avg)" : "");
    }
    if (ofResource) {
      String utilization =
          wanted.has("averageUtilization") ? wanted.text("averageUtilization") + '%' : "<auto>";
      return name + current(status, source, "averageUtilization", "%") + '/' + utilization;
    }
    return current(status, source, "value", "") + '/' + wanted.text("value");
  }

  private static String current(@Nullable Field status, String source, String member, String unit) {
    Field value = status == null ? null : status.at(source).at("current").at(member);
    return value == null || !value.isSet() ? UNKNOWN : value.text() + unit;
  }
}
