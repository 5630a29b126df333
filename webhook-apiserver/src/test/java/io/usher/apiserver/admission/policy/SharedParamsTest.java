package io.usher.apiserver.admission.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.admission.Write;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Conversion;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.authz.AlwaysAllow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies and bindings that refer to the same parameters. */
class SharedParamsTest {

  private static final String BY_NAME = "{name: one, parameterNotFoundAction: Deny}";
  private static final String BY_LABEL =
      "{selector: {matchLabels: {a: b}}, parameterNotFoundAction: Deny}";

  private final MapObjectStore store = new MapObjectStore();
  private int converted;
  private boolean failing;

  private final ResourceType limits =
      ResourceType.builder("example.com", "Limit")
          .scope(Scope.CLUSTER)
          .version(
              ServedVersion.of("v1")
                  .withConversion(
                      new Conversion() {
                        @Override
                        public void toStored(ObjectNode object) {}

                        @Override
                        public void fromStored(ObjectNode object) {
                          converted++;
                          if (failing) {
                            throw new ApiException(new Status(500, "", "unlucky", null));
                          }
                        }
                      }))
          .build();

  SharedParamsTest() {
    store.create(
        limits.groupResource(),
        Write.node("{kind: Limit, metadata: {name: one, labels: {a: b}}, most: 1}"));
  }

  /** Three policies, each with a binding for each of the references. */
  private ValidatingPolicies plugin(String spec, String... references) {
    var objects = new ArrayList<ObjectNode>();
    for (String name : List.of("a", "b", "c")) {
      objects.add(
          Write.node(
              "{kind: ValidatingAdmissionPolicy, metadata: {name: "
                  + name
                  + "}, spec: {paramKind: {apiVersion: example.com/v1, kind: Limit},"
                  + " matchConstraints: {resourceRules: [{operations: ['*'], apiGroups: ['*'],"
                  + " apiVersions: ['*'], resources: ['*']}]}, "
                  + spec
                  + "}}"));
      for (String reference : references) {
        objects.add(
            Write.node(
                "{kind: ValidatingAdmissionPolicyBinding, metadata: {name: n"
                    + objects.size()
                    + "}, spec: {policyName: "
                    + name
                    + ", validationActions: [Deny], paramRef: "
                    + reference
                    + "}}"));
      }
    }
    var plugin = new ValidatingPolicies(store, objects, (kind, policy, binding) -> {});
    var types = new ResourceRegistry();
    types.register(limits);
    plugin.join(new AlwaysAllow(), types);
    return plugin;
  }

  @ParameterizedTest
  @ValueSource(strings = {BY_NAME, BY_LABEL})
  void areReadOnceForAWrite(String reference) {
    var plugin = plugin("validations: [{expression: 'params.most == 1'}]", reference, reference);
    plugin.validate(Write.create("{kind: Node, metadata: {name: n}}"));
    assertThat(converted).isEqualTo(1);
    plugin.validate(Write.create("{kind: Node, metadata: {name: n}}"));
    assertThat(converted).isEqualTo(2);
  }

  @Test
  void otherReferencesAreReadThemselves() {
    var plugin = plugin("validations: [{expression: 'params.most == 1'}]", BY_NAME, BY_LABEL);
    plugin.validate(Write.create("{kind: Node, metadata: {name: n}}"));
    assertThat(converted).isEqualTo(2);
  }

  @Test
  void parametersThatCantBeConvertedCountAsThePolicySays() {
    failing = true;
    String validations = "validations: [{expression: 'params.most == 1'}]";
    var strict = plugin(validations, BY_NAME);
    assertThatThrownBy(() -> strict.validate(Write.create("{kind: Node, metadata: {name: n}}")))
        .hasMessageEndingWith("denied request: failed to configure binding: unlucky");
    var lax = plugin("failurePolicy: Ignore, " + validations, BY_NAME);
    assertThatCode(() -> lax.validate(Write.create("{kind: Node, metadata: {name: n}}")))
        .doesNotThrowAnyException();
  }
}
