package io.usher.engine.chain;

import static io.usher.engine.chain.Requests.POD;
import static io.usher.engine.chain.Requests.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.engine.Deadline;
import io.usher.observe.Caller;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Decision;
import io.usher.rule.Phase;
import io.usher.rule.Rule;
import io.usher.rule.RuleContext;
import io.usher.rule.RuleDefinition;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What the tests of chains share. */
final class Chains {

  static final ReviewIdentity REVIEW =
      new ReviewIdentity(1, new Endpoint("admission", "w", Phase.MUTATING), Caller.ANYONE);

  private Chains() {}

  /** A mutating chain of these rules. */
  static RuleChain chain(RuleDefinition... rules) {
    return new RuleChain("w.example.com", Phase.MUTATING, Arrays.asList(rules));
  }

  static AdmissionResponse run(RuleDefinition... rules) {
    return evaluate(Phase.MUTATING, create(POD), rules);
  }

  static AdmissionResponse evaluate(
      Phase phase, AdmissionRequest request, RuleDefinition... rules) {
    return evaluate(phase, request, ReviewObserver.NONE, rules);
  }

  static AdmissionResponse evaluate(
      Phase phase, AdmissionRequest request, ReviewObserver observer, RuleDefinition... rules) {
    return new RuleChain("w.example.com", phase, Arrays.asList(rules))
        .evaluate(request, REVIEW, Deadline.after(Duration.ofSeconds(30)), observer)
        .run();
  }

  static String patch(AdmissionResponse response) {
    return response.patch().orElseThrow().toJson().toString().replace('"', '\'');
  }

  static Decision label(RuleContext context, String key, String value) {
    ((ObjectNode) context.object(ObjectNode.class).at("/metadata/labels")).put(key, value);
    return Decision.allow();
  }

  static Rule allow() {
    return c -> Decision.allow();
  }

  static JsonNode tree(String json) {
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper().readTree(json.replace('\'', '"'));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static ReviewObserver failing(List<String> failures) {
    return new ReviewObserver.Some() {
      @Override
      public void ruleFailed(
          ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
        failures.add(rule + (skipped ? " skipped: " : " failed: ") + cause);
      }
    };
  }
}
