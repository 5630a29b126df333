package io.usher.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.junit.jupiter.api.Test;

/** What kube-apiserver's answers to the same requests do not show: changes, and the status. */
class ResourceQuotasTest {

  private final ResourceQuotas quotas = new ResourceQuotas();

  private static ObjectNode yaml(String text) throws Exception {
    return (ObjectNode) new YAMLMapper().readTree(text);
  }

  @Test
  void scopesStay() throws Exception {
    ObjectNode old = yaml("spec: {hard: {pods: '1'}, scopes: [Terminating]}");
    ObjectNode sorted = yaml("spec: {hard: {pods: '2'}, scopes: [Terminating]}");
    ObjectNode other = yaml("spec: {hard: {pods: '1'}, scopes: [NotTerminating]}");
    assertThat(quotas.validateUpdate(sorted, old)).isEmpty();
    assertThat(quotas.validateUpdate(other, old).toString())
        .contains("spec.scopes")
        .contains("field is immutable");
  }

  @Test
  void statusHasWhatQuotasHave() throws Exception {
    ObjectNode good = yaml("status: {hard: {pods: '1'}, used: {example.com/a: '1'}}");
    ObjectNode bad = yaml("status: {hard: {pods: '1'}, used: {pods: '-1', example.com/a: 500m}}");
    assertThat(quotas.validatePartUpdate("status", good, good)).isEmpty();
    assertThat(quotas.validatePartUpdate("status", bad, good).toString())
        .contains("status.used[pods]")
        .contains("must be greater than or equal to 0")
        .contains("status.used[example.com/a]")
        .contains("must be an integer");
  }
}
