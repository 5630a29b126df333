package io.usher.apiserver.admission.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PolicyIndexTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void findsThePoliciesWhoseRulesNameAResource() throws Exception {
    PolicySource<String> source =
        source(
            policy("a-apps", "apps", "deployments"),
            policy("b-scale", "apps", "deployments/scale"),
            policy("c-all-of-group", "apps", "*"),
            policy("d-all", "*", "*/*"),
            policy("e-pods", "", "pods"),
            policy("f-other-group", "extensions", "deployments"),
            policy("g-statuses", "apps", "*/status"));
    assertThat(names(source, "apps", "deployments"))
        .containsExactly("a-apps", "b-scale", "c-all-of-group", "d-all", "g-statuses");
    assertThat(names(source, "", "pods")).containsExactly("d-all", "e-pods");
    assertThat(names(source, "tea.example.com", "cups")).containsExactly("d-all");
  }

  @Test
  void aPolicyWithoutRulesIsAboutAll() throws Exception {
    ObjectNode policy = policy("a", "apps", "deployments");
    ((ObjectNode) policy.path("spec").path("matchConstraints")).remove("resourceRules");
    assertThat(names(source(policy), "", "pods")).containsExactly("a");
  }

  @Test
  void aPolicyWithoutBindingIsAboutNothing() throws Exception {
    var source =
        PolicySource.fixed(
            List.of(policy("a", "*", "*")), "ValidatingAdmissionPolicy", JsonNode::toString);
    assertThat(names(source, "", "pods")).isEmpty();
  }

  private static List<String> names(PolicySource<String> source, String group, String resource) {
    return source.about(List.of(new GroupResource(group, resource))).stream()
        .map(each -> each.policy().name())
        .toList();
  }

  /** These policies, each with a binding. */
  private static PolicySource<String> source(ObjectNode... policies) throws Exception {
    var objects = new ArrayList<>(List.of(policies));
    for (String name :
        Stream.of(policies).map(each -> each.at("/metadata/name").asText()).toList()) {
      objects.add(
          (ObjectNode)
              JSON.readTree(
                  """
                  {"kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "%s"},
                   "spec": {"policyName": "%1$s", "validationActions": ["Deny"]}}
                  """
                      .formatted(name)));
    }
    return PolicySource.fixed(objects, "ValidatingAdmissionPolicy", JsonNode::toString);
  }

  private static ObjectNode policy(String name, String group, String resource) throws Exception {
    return (ObjectNode)
        JSON.readTree(
            """
            {"kind": "ValidatingAdmissionPolicy", "metadata": {"name": "%s"},
             "spec": {"matchConstraints": {"resourceRules": [{"operations": ["CREATE"],
              "apiGroups": ["%s"], "apiVersions": ["v1"], "resources": ["%s"]}]}}}
            """
                .formatted(name, group, resource));
  }
}
