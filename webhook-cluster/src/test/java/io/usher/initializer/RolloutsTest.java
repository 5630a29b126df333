package io.usher.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutsTest {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "all are new and available|"
            + "{metadata: {generation: 2}, spec: {replicas: 2}, status: {observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2}}|true",
        "its controller has not seen it|"
            + "{metadata: {generation: 3}, spec: {replicas: 2}, status: {observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2}}|false",
        "one is not available|"
            + "{metadata: {generation: 2}, spec: {replicas: 2}, status: {observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1}}|false",
        "an old one is there yet|"
            + "{metadata: {generation: 2}, spec: {replicas: 2}, status: {observedGeneration: 2, replicas: 3, updatedReplicas: 2, availableReplicas: 2}}|false",
        "one replica is the default|"
            + "{metadata: {generation: 1}, spec: {}, status: {observedGeneration: 1}}|false",
        "there are to be none|"
            + "{metadata: {generation: 1}, spec: {replicas: 0}, status: {observedGeneration: 1}}|true",
        "it is paused|{metadata: {generation: 2}, spec: {paused: true}, status: {}}|true",
        "its Pods are replaced when they are deleted|"
            + "{metadata: {generation: 2}, spec: {updateStrategy: {type: 'OnDelete'}}, status: {}}|true",
        "each node has it|"
            + "{metadata: {generation: 2}, spec: {}, status: {observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3}}|true",
        "a node lacks it|"
            + "{metadata: {generation: 2}, spec: {}, status: {observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3}}|false",
      })
  void workloadIsDoneAsKubectlTells(String what, String workload, boolean done) throws IOException {
    assertThat(Rollouts.isDone(JSON.readTree(workload))).as(what).isEqualTo(done);
  }
}
