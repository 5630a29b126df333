package io.usher.apiserver.admission.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.admission.Write;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.Conversion;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.patch.StructSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies about another version than the request's. The messages are kube-apiserver 1.36.3's. */
class ConvertedWriteTest {

  private static final String PROBLEM =
      "conversion webhook for example.com/v1, Kind=Widget failed: connection refused";

  private final MapObjectStore store = new MapObjectStore();
  private final List<String> told = new ArrayList<>();
  private int conversions;
  private int lastToFail = Integer.MAX_VALUE;

  private final Conversion conversion =
      new Conversion() {
        @Override
        public void toStored(ObjectNode object) {
          object.put("via", "v1");
        }

        @Override
        public void fromStored(ObjectNode object) {
          conversions++;
          if (conversions <= lastToFail) {
            throw new ApiException(new Status(500, "", PROBLEM, null));
          }
        }
      };

  private final ResourceType type =
      ResourceType.builder("example.com", "Widget")
          .scope(Scope.CLUSTER)
          .version(ServedVersion.of("v1"))
          .version(ServedVersion.of("v2").withSchema(new Custom()).withConversion(conversion))
          .build();

  /** As of a custom resource: what policies make of another is converted to no other version. */
  private static final class Custom implements ObjectSchema {
    @Override
    public List<String> prune(ObjectNode object) {
      return List.of();
    }

    @Override
    public void setDefaults(ObjectNode object) {}

    @Override
    public @Nullable StructSchema mergeSchema() {
      return null;
    }

    @Override
    public boolean isCustom() {
      return true;
    }
  }

  private AdmissionAttributes create() {
    return new AdmissionAttributes(
        new ApiResource(type, type.version("v1")),
        new RequestInfo(true, "", "create", "example.com", "v1", "", "widgets", "", "", List.of()),
        Write.USER,
        Operation.CREATE,
        "w",
        Write.node(
            "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w, labels: {a: b}}}"),
        null,
        Write.node("{}"),
        false);
  }

  /** A policy about version v2, with two bindings. */
  private static List<ObjectNode> bound(String kind, String spec) {
    String binding =
        "{kind: %sBinding, metadata: {name: %s}, spec: {policyName: newer, validationActions: [Deny]}}";
    return List.of(
        Write.node(
            "{kind: "
                + kind
                + ", metadata: {name: newer}, spec: {matchConstraints: {resourceRules:"
                + " [{operations: ['*'], apiGroups: [example.com], apiVersions: [v2], resources:"
                + " [widgets]}]}, "
                + spec
                + "}}"),
        Write.node(binding.formatted(kind, "one")),
        Write.node(binding.formatted(kind, "two")));
  }

  private <T extends AdmissionPlugin> T joined(T plugin) {
    var types = new ResourceRegistry();
    types.register(type);
    plugin.join(new AlwaysAllow(), types);
    return plugin;
  }

  private ValidatingPolicies validating(String spec) {
    return joined(
        new ValidatingPolicies(
            store,
            bound("ValidatingAdmissionPolicy", spec),
            (kind, policy, binding) -> told.add(binding)));
  }

  private MutatingPolicies mutating(String spec) {
    return joined(
        new MutatingPolicies(
            store,
            bound(
                "MutatingAdmissionPolicy",
                spec
                    + ", reinvocationPolicy: Never, mutations: [{patchType: JSONPatch, jsonPatch:"
                    + " {expression: '[JSONPatch{op: \"add\", path: \"/metadata/labels/c\", value:"
                    + " \"d\"}]'}}, {patchType: JSONPatch, jsonPatch: {expression: '[JSONPatch{op:"
                    + " \"add\", path: \"/metadata/labels/e\", value: object.metadata.labels.c}]'}}]"),
            (kind, policy, binding) -> told.add(binding)));
  }

  @Test
  void objectThatCantBeConvertedIsDeniedByItsBinding() {
    var plugin = validating("validations: [{expression: 'true'}]");
    assertThatThrownBy(() -> plugin.validate(create()))
        .hasMessage(
            "widgets.example.com \"w\" is forbidden: ValidatingAdmissionPolicy 'newer' with binding"
                + " 'one' denied request: failed to configure binding: failed to convert object"
                + " version: "
                + PROBLEM)
        .extracting(e -> ((ApiException) e).status().code())
        .isEqualTo(422);
    assertThat(told).isEmpty();
  }

  @Test
  void objectThatCantBeConvertedIsDeniedByAMutatingPolicy() {
    var plugin = mutating("failurePolicy: Fail");
    assertThatThrownBy(() -> plugin.admit(create()))
        .hasMessage("policy \"newer\" denied request: failed to configure policy: " + PROBLEM)
        .satisfies(
            e -> {
              Status status = ((ApiException) e).status();
              assertThat(status.code()).isEqualTo(403);
              assertThat(status.reason()).isEqualTo("Forbidden");
              assertThat(status.details().causes()).hasSize(2);
            });
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void failurePolicyIgnoreLetsItPass(boolean validating) {
    AdmissionAttributes attributes = create();
    ObjectNode before = attributes.written().deepCopy();
    assertThatCode(
            () -> {
              if (validating) {
                validating("failurePolicy: Ignore, validations: [{expression: 'false'}]")
                    .validate(attributes);
              } else {
                mutating("failurePolicy: Ignore").admit(attributes);
              }
            })
        .doesNotThrowAnyException();
    assertThat(attributes.object()).isEqualTo(before);
    assertThat(conversions).isPositive();
  }

  @Test
  void objectIsConvertedOnceUntilItChanges() {
    lastToFail = 0;
    validating("validations: [{expression: 'object.apiVersion == \"example.com/v2\"'}]")
        .validate(create());
    assertThat(told).containsExactly("one", "two");
    assertThat(conversions).isEqualTo(1);
    AdmissionAttributes attributes = create();
    var plugin =
        mutating(
            "matchConditions: [{name: seen, expression: 'object.apiVersion == \"example.com/v2\"'}]");
    plugin.admit(attributes);
    assertThat(attributes.object().at("/metadata/labels").toString())
        .isEqualTo("{\"a\":\"b\",\"c\":\"d\",\"e\":\"d\"}");
  }
}
