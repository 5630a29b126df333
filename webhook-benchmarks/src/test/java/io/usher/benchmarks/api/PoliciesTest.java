package io.usher.benchmarks.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class PoliciesTest {

  @Test
  void aDeploymentIsJsonOfSixKilobytes() throws Exception {
    byte[] object = Policies.deployment("map-000-000001", "team");
    assertThat(object.length).isBetween(6000, 6300);
    assertThat(new ObjectMapper().readTree(object).at("/metadata/labels/team").asText())
        .isEqualTo("load");
  }
}
