package io.usher.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.Conversion;
import org.junit.jupiter.api.Test;

class ConversionsTest {

  private static ObjectNode json(String text) throws Exception {
    return (ObjectNode) new JsonMapper().readTree(text);
  }

  private static void becomes(Conversion conversion, String served, String stored)
      throws Exception {
    ObjectNode object = json(served);
    conversion.toStored(object);
    assertThat(object).isEqualTo(json(stored));
    conversion.fromStored(object);
    assertThat(object).isEqualTo(json(served));
  }

  @Test
  void eventIsThatOfTheCoreGroup() throws Exception {
    becomes(
        new EventConversion(),
        """
        {"regarding": {"kind": "Pod", "name": "a"}, "note": "n", "reason": "r", "type": "Normal",
         "eventTime": "2026-01-02T03:04:05.000000Z", "reportingController": "c",
         "deprecatedCount": 2, "deprecatedSource": {"component": "x"}}
        """,
        """
        {"involvedObject": {"kind": "Pod", "name": "a"}, "message": "n", "reason": "r",
         "type": "Normal", "eventTime": "2026-01-02T03:04:05.000000Z", "reportingComponent": "c",
         "count": 2, "source": {"component": "x"}}
        """);
  }

  @Test
  void percentageOfAutoscalerIsMetric() throws Exception {
    becomes(
        new AutoscalerConversion(),
        """
        {"spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 80},
         "status": {"currentReplicas": 0}}
        """,
        """
        {"spec": {"maxReplicas": 3, "metrics": [{"type": "Resource", "resource": {"name": "cpu",
          "target": {"type": "Utilization", "averageUtilization": 80}}}]},
         "status": {"currentMetrics": null}}
        """);
  }

  @Test
  void whatVersion1LacksStaysInAnnotations() throws Exception {
    String stored =
        """
        {"metadata": {"annotations": {}}, "spec": {"maxReplicas": 3,
          "behavior": {"scaleDown": {"stabilizationWindowSeconds": 5}},
          "metrics": [{"type": "Pods", "pods": {"metric": {"name": "q"}}}]},
         "status": {"currentMetrics": null}}
        """;
    ObjectNode object = json(stored);
    new AutoscalerConversion().fromStored(object);
    assertThat(object.get("spec")).isEqualTo(json("{\"maxReplicas\": 3}"));
    new AutoscalerConversion().toStored(object);
    assertThat(object).isEqualTo(json(stored));
  }
}
