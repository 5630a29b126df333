package io.usher.engine.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.json.LazyJson;
import io.usher.rule.LabelSelector;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.rule.Rule;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests and rules for the tests of this package. */
final class Requests {

  static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop","labels":{"app":"web"}},
       "spec":{"containers":[{"name":"a","image":"a:1","fromTheFuture":{"x":1},"resources":{"limits":{"cpu":1}}}],
       "tolerations":[]}}""";

  private Requests() {}

  static ObjectNode json(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return LazyJson.object(bytes, 0, bytes.length);
  }

  static AdmissionRequest create(String object) {
    return request(Operation.CREATE, json(object), null);
  }

  static AdmissionRequest request(
      Operation operation, @Nullable ObjectNode object, @Nullable ObjectNode oldObject) {
    var kind = new GroupVersionKind("", "v1", "Pod");
    var resource = new GroupVersionResource("", "v1", "pods");
    return new AdmissionRequest(
        "uid-1",
        kind,
        resource,
        "",
        kind,
        resource,
        "",
        "web",
        "shop",
        operation,
        UserInfo.of("jane"),
        false,
        object,
        oldObject,
        null);
  }

  static final RuleMatch PODS =
      new RuleMatch(
          Set.of(Operation.values()),
          List.of(new ResourceMatch("", "v1", "pods", "")),
          Scope.ANY,
          List.of(),
          List.of(),
          LabelSelector.EVERYTHING);

  static RuleDefinition mutating(String name, int order, Rule rule) {
    return mutating(name, order, OnFailure.FAIL_CALL, null, rule);
  }

  static RuleDefinition mutating(
      String name, int order, OnFailure onFailure, @Nullable Class<?> type, Rule rule) {
    return new RuleDefinition(name, Phase.MUTATING, order, name, PODS, onFailure, type, rule);
  }

  static RuleDefinition validating(String name, @Nullable Class<?> type, Rule rule) {
    return new RuleDefinition(
        name, Phase.VALIDATING, 0, name, PODS, OnFailure.FAIL_CALL, type, rule);
  }
}
