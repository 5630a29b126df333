package io.usher.apiserver.admission.webhook;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.usher.apiserver.admission.match.EvaluationException;
import io.usher.cel.CostBudget;
import io.usher.cel.PolicyInput;
import java.io.IOException;
import java.util.Map;

/** A configuration of webhooks is read, or refused in one way; so are its conditions. */
class WebhookConfigurationFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A configuration's JSON. */
  @FuzzTest
  void reads(byte[] json) {
    JsonNode configuration;
    try {
      configuration = JSON.readTree(json);
    } catch (IOException e) {
      return;
    }
    if (configuration == null) {
      return;
    }
    var pod = JSON.createObjectNode();
    pod.putObject("metadata").put("name", "a");
    Map<String, JsonNode> variables =
        Map.of("object", pod, "oldObject", NullNode.instance, "request", pod);
    try {
      for (Webhook each : Webhook.of(configuration, ConditionCompiler.OF_SERVER::compile)) {
        each.matchConditions()
            .hold(new PolicyInput(variables, null, CostBudget.ofMatchConditions()));
      }
    } catch (IllegalArgumentException | EvaluationException e) {
      return;
    }
  }
}
