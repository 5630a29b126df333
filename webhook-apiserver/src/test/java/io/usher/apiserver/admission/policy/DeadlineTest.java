package io.usher.apiserver.admission.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.admission.Write;
import io.usher.apiserver.admission.match.Reinvocation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.authz.AlwaysAllow;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long policies may be evaluated. */
class DeadlineTest {

  private static final String INTERRUPTED = "resulted in error: operation interrupted";

  /** So many steps that the time is looked at. */
  private static final String LONG =
      "[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, a + b"
          + " + c < 30)))";

  private static List<ObjectNode> bound(String kind, String spec) {
    return List.of(
        Write.node(
            "{kind: "
                + kind
                + ", metadata: {name: long}, spec: {matchConstraints: {resourceRules: [{operations:"
                + " ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*']}]}, "
                + spec
                + "}}"),
        Write.node(
            "{kind: "
                + kind
                + "Binding, metadata: {name: long}, spec: {policyName: long, validationActions:"
                + " [Deny]}}"));
  }

  private static AdmissionAttributes node() {
    return Write.create("{kind: Node, metadata: {name: n, labels: {a: b}}}");
  }

  private static ValidatingPolicies validating() {
    var plugin =
        new ValidatingPolicies(
            new MapObjectStore(),
            bound("ValidatingAdmissionPolicy", "validations: [{expression: '" + LONG + "'}]"),
            (kind, policy, binding) -> {});
    plugin.join(new AlwaysAllow(), new ResourceRegistry());
    return plugin;
  }

  private static MutatingPolicies mutating() {
    var plugin =
        new MutatingPolicies(
            new MapObjectStore(),
            bound(
                "MutatingAdmissionPolicy",
                "reinvocationPolicy: IfNeeded, mutations: [{patchType: JSONPatch, jsonPatch:"
                    + " {expression: '"
                    + LONG
                    + " ? [JSONPatch{op: \"add\", path: \"/metadata/labels/c\", value: \"d\"}] :"
                    + " []'}}]"),
            (kind, policy, binding) -> {});
    plugin.join(new AlwaysAllow(), new ResourceRegistry());
    return plugin;
  }

  @Test
  void evaluationEndsWithTheRequest() {
    validating().validate(node());
    assertThatThrownBy(() -> validating().validate(node().nanosLeft(() -> 0)))
        .hasMessageContaining(INTERRUPTED);
    AdmissionAttributes attributes = node();
    mutating().admit(attributes);
    assertThat(attributes.object().at("/metadata/labels/c").asText()).isEqualTo("d");
    assertThatThrownBy(() -> mutating().admit(node().nanosLeft(() -> 0)))
        .hasMessageContaining(INTERRUPTED);
  }

  @Test
  void bothRoundsTogetherHaveTenSeconds() {
    AdmissionAttributes attributes = node();
    var reinvocation = new Reinvocation();
    var plugin = mutating();
    plugin.admit(attributes, reinvocation);
    assertThat(reinvocation.isNeeded()).isTrue();
    assertThat(reinvocation.nanosTaken()).isPositive();
    reinvocation.took(TimeUnit.SECONDS.toNanos(10));
    reinvocation.begin();
    // Another plugin changes the object between the rounds.
    attributes.object().withObject("/metadata/labels").put("e", "f");
    assertThatThrownBy(() -> plugin.admit(attributes, reinvocation))
        .hasMessageContaining(INTERRUPTED);
  }
}
