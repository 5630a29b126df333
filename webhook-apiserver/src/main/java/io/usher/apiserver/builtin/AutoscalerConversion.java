package io.usher.apiserver.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.Conversion;
import org.jspecify.annotations.Nullable;

/**
 * HorizontalPodAutoscalers of version 1, which know one metric; they are stored in version 2. What
 * version 1 has no field for stays in annotations, as in Kubernetes, but here in version 2's form.
 */
final class AutoscalerConversion implements Conversion {

  private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
  private static final String METRICS = PREFIX + "metrics";
  private static final String BEHAVIOR = PREFIX + "behavior";
  private static final String CONDITIONS = PREFIX + "conditions";
  private static final String CURRENT_METRICS = PREFIX + "current-metrics";
  private static final String TARGET = "targetCPUUtilizationPercentage";

  /** Always written in v1, and not when it is 0 in v2. */
  private static final String REPLICAS = "currentReplicas";

  private static final String CURRENT = "currentCPUUtilizationPercentage";

  @Override
  public void toStored(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    ObjectNode status = Defaults.object(object, "status");
    listToStored(object, spec, TARGET, "metrics", METRICS, "target");
    listToStored(object, status, CURRENT, "currentMetrics", CURRENT_METRICS, "current");
    fromAnnotation(object, BEHAVIOR, spec, "behavior");
    fromAnnotation(object, CONDITIONS, status, "conditions");
    // Version 2 leaves out a zero, and shows a list of nothing.
    if (status.path(REPLICAS).asInt() == 0) {
      status.remove(REPLICAS);
    }
    if (!status.has("currentMetrics")) {
      status.putNull("currentMetrics");
    }
  }

  private static void listToStored(
      ObjectNode object,
      ObjectNode parent,
      String percentage,
      String list,
      String annotation,
      String values) {
    fromAnnotation(object, annotation, parent, list);
    JsonNode cpu = parent.remove(percentage);
    if (cpu == null) {
      return;
    }
    ArrayNode metrics =
        parent.get(list) instanceof ArrayNode others ? others : parent.putArray(list);
    ObjectNode metric = JsonNodeFactory.instance.objectNode().put("type", "Resource");
    ObjectNode value = metric.putObject("resource").put("name", "cpu").putObject(values);
    if (values.equals("target")) {
      value.put("type", "Utilization");
    }
    value.set("averageUtilization", cpu);
    metrics.insert(0, metric);
  }

  @Override
  public void fromStored(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    ObjectNode status = Defaults.object(object, "status");
    listFromStored(object, spec, TARGET, "metrics", METRICS, "target");
    listFromStored(object, status, CURRENT, "currentMetrics", CURRENT_METRICS, "current");
    toAnnotation(object, BEHAVIOR, spec.remove("behavior"));
    toAnnotation(object, CONDITIONS, status.remove("conditions"));
    Defaults.number(status, REPLICAS, 0);
  }

  private static void listFromStored(
      ObjectNode object,
      ObjectNode parent,
      String percentage,
      String list,
      String annotation,
      String values) {
    JsonNode metrics = parent.remove(list);
    if (metrics == null) {
      return;
    }
    ArrayNode others = JsonNodeFactory.instance.arrayNode();
    for (JsonNode metric : metrics) {
      JsonNode cpu = metric.path("resource").path(values).path("averageUtilization");
      boolean known =
          metric.at("/resource/name").asText().equals("cpu")
              && cpu.isNumber()
              && !parent.has(percentage);
      if (known) {
        parent.set(percentage, cpu);
      } else {
        others.add(metric);
      }
    }
    toAnnotation(object, annotation, others.isEmpty() ? null : others);
  }

  private static void toAnnotation(ObjectNode object, String annotation, @Nullable JsonNode value) {
    if (value != null) {
      Defaults.object(Defaults.object(object, "metadata"), "annotations")
          .put(annotation, value.toString());
    }
  }

  private static void fromAnnotation(
      ObjectNode object, String annotation, ObjectNode parent, String member) {
    if (object.path("metadata").path("annotations") instanceof ObjectNode annotations
        && annotations.has(annotation)) {
      String text = annotations.remove(annotation).asText();
      try {
        parent.set(member, new JsonMapper().readTree(text));
      } catch (JsonProcessingException e) {
        annotations.put(annotation, text); // somebody else's
      }
    }
  }
}
