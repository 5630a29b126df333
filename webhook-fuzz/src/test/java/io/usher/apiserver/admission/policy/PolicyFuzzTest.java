package io.usher.apiserver.admission.policy;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.embedded.EmbeddedApiServer;
import io.usher.cel.ExpressionMaker;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * A policy's spec is checked, and evaluated for a ConfigMap: it admits, or refuses with a status.
 */
class PolicyFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final EmbeddedApiServer SERVER =
      EmbeddedApiServer.create(config -> config.controllers(false).defaultRoles(false));
  private static final List<String> NAMES =
      List.of(
          "object",
          "object.data",
          "request",
          "params",
          "namespaceObject",
          "authorizer",
          "authorizer.requestResource",
          "variables.a");
  private static final String RULES =
      "{\"resourceRules\":[{\"operations\":[\"*\"],\"apiGroups\":[\"*\"],\"apiVersions\":[\"*\"],"
          + "\"resources\":[\"*\"]}]}";

  @FuzzTest
  void validating(byte[] spec) throws IOException {
    ObjectNode policy = policy(spec, "ValidatingAdmissionPolicy");
    if (policy != null) {
      ObjectNode binding = object("ValidatingAdmissionPolicyBinding");
      binding.putObject("spec").put("policyName", "p").putArray("validationActions").add("Deny");
      check("validatingadmissionpolicies", policy);
      var plugin =
          new ValidatingPolicies(
              SERVER.server().objects(), List.of(policy, binding), (kind, name, by) -> {});
      evaluate(plugin);
    }
  }

  @FuzzTest
  void mutating(byte[] spec) throws IOException {
    ObjectNode policy = policy(spec, "MutatingAdmissionPolicy");
    if (policy != null) {
      ObjectNode binding = object("MutatingAdmissionPolicyBinding");
      binding.putObject("spec").put("policyName", "p");
      check("mutatingadmissionpolicies", policy);
      var plugin =
          new MutatingPolicies(
              SERVER.server().objects(), List.of(policy, binding), (kind, name, by) -> {});
      evaluate(plugin);
    }
  }

  /** A policy whose expressions can be parsed, mostly, and one of its validations. */
  @FuzzTest
  void validatingByExpressions(FuzzedDataProvider data) throws IOException {
    var maker = new ExpressionMaker(data, NAMES);
    ObjectNode spec = JSON.createObjectNode();
    spec.put("failurePolicy", data.consumeBoolean() ? "Fail" : "Ignore");
    spec.putArray("variables").addObject().put("name", "a").put("expression", maker.next());
    spec.putArray("matchConditions").addObject().put("name", "m").put("expression", maker.next());
    spec.putArray("validations")
        .addObject()
        .put("expression", maker.next())
        .put("messageExpression", maker.next());
    spec.putArray("auditAnnotations")
        .addObject()
        .put("key", "k")
        .put("valueExpression", maker.next());
    validating(JSON.writeValueAsBytes(spec));
  }

  /** A policy whose mutation can be parsed, mostly. */
  @FuzzTest
  void mutatingByExpressions(FuzzedDataProvider data) throws IOException {
    var maker = new ExpressionMaker(data, NAMES);
    ObjectNode spec = JSON.createObjectNode();
    spec.put("reinvocationPolicy", data.consumeBoolean() ? "Never" : "IfNeeded");
    boolean applied = data.consumeBoolean();
    String inner = maker.next();
    ObjectNode mutation = spec.putArray("mutations").addObject();
    mutation
        .put("patchType", applied ? "ApplyConfiguration" : "JSONPatch")
        .putObject(applied ? "applyConfiguration" : "jsonPatch")
        .put(
            "expression",
            applied
                ? "Object{data: Object.data{"
                    + data.pickValue(new String[] {"a", "c"})
                    + ": "
                    + inner
                    + "}}"
                : "[JSONPatch{op: "
                    + data.pickValue(new String[] {"'add'", "'test'", "'copy'", "'remove'"})
                    + ", path: "
                    + data.pickValue(new String[] {"'/data/c'", "'/metadata/labels'", maker.next()})
                    + ", from: '/data', value: "
                    + inner
                    + "}]");
    mutating(JSON.writeValueAsBytes(spec));
  }

  private static ObjectNode policy(byte[] spec, String kind) throws IOException {
    JsonNode tree;
    try {
      tree = JSON.readTree(spec);
    } catch (IOException e) {
      return null;
    }
    if (!(tree instanceof ObjectNode object)) {
      return null;
    }
    object.set("matchConstraints", JSON.readTree(RULES));
    ObjectNode policy = object(kind);
    policy.set("spec", object);
    return policy;
  }

  private static ObjectNode object(String kind) {
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", "admissionregistration.k8s.io/v1").put("kind", kind);
    object.putObject("metadata").put("name", "p");
    return object;
  }

  /** As a client's object is checked: what the decoder does not take is refused before. */
  private static void check(String plural, ObjectNode policy) {
    ApiResource resource =
        Objects.requireNonNull(
            SERVER.server().resources().resource("admissionregistration.k8s.io", "v1", plural));
    ObjectNode copy = policy.deepCopy();
    try {
      resource.version().schema().prune(copy);
    } catch (ApiException e) {
      return;
    }
    resource.version().schema().setDefaults(copy);
    resource.type().strategy().validate(copy);
  }

  private static void evaluate(AdmissionPlugin plugin) throws IOException {
    plugin.join(new AlwaysAllow(), SERVER.server().resources());
    ResourceType type =
        Objects.requireNonNull(
            SERVER.server().resources().type(new GroupResource("", "configmaps")));
    var info =
        new RequestInfo(
            true, "", "create", "", "v1", "default", "configmaps", "", "a", List.of("configmaps"));
    var attributes =
        new AdmissionAttributes(
            new ApiResource(type, Objects.requireNonNull(type.version("v1"))),
            info,
            UserInfo.of("anyone"),
            Operation.CREATE,
            "a",
            (ObjectNode)
                JSON.readTree(
                    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\","
                        + "\"namespace\":\"default\"},\"data\":{\"a\":\"1\",\"b\":\"x,y\"}}"),
            null,
            JSON.createObjectNode(),
            true);
    try {
      plugin.admit(attributes);
      plugin.validate(attributes);
    } catch (ApiException e) {
      return;
    }
  }
}
