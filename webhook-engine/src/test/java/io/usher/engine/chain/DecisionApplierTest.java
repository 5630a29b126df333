package io.usher.engine.chain;

import static io.usher.engine.chain.Chains.evaluate;
import static io.usher.engine.chain.Chains.patch;
import static io.usher.engine.chain.Chains.run;
import static io.usher.engine.chain.Chains.tree;
import static io.usher.engine.chain.Requests.POD;
import static io.usher.engine.chain.Requests.create;
import static io.usher.engine.chain.Requests.json;
import static io.usher.engine.chain.Requests.mutating;
import static io.usher.engine.chain.Requests.request;
import static io.usher.engine.chain.Requests.validating;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.Operation;
import io.usher.engine.RuleFailedException;
import io.usher.patch.JsonPatch;
import io.usher.rule.Decision;
import io.usher.rule.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionApplierTest {

  @Test
  void everyFormOfChangeIsTaken() {
    assertThat(
            patch(
                run(
                    mutating(
                        "json",
                        1,
                        c ->
                            Decision.patch(
                                JsonPatch.parse(
                                    tree(
                                        "[{'op':'replace','path':'/metadata/labels/app','value':'x'},{'op':'test','path':'/kind','value':'Pod'}]")))))))
        .isEqualTo("[{'op':'replace','path':'/metadata/labels/app','value':'x'}]");
    assertThat(
            patch(
                run(
                    mutating(
                        "merge",
                        1,
                        c -> Decision.mergePatch(tree("{'metadata':{'labels':null}}"))))))
        .isEqualTo("[{'op':'remove','path':'/metadata/labels'}]");
    assertThat(
            patch(
                run(
                    mutating(
                        "strategic",
                        1,
                        c ->
                            Decision.strategicMergePatch(
                                tree("{'spec':{'containers':[{'name':'a','image':'a:2'}]}}"))))))
        .isEqualTo("[{'op':'replace','path':'/spec/containers/0/image','value':'a:2'}]");
    assertThat(
            patch(
                run(
                    mutating(
                        "tree",
                        1,
                        c ->
                            Decision.replace(
                                c.object(ObjectNode.class).deepCopy().put("kind", "Other"))))))
        .isEqualTo("[{'op':'replace','path':'/kind','value':'Other'}]");
    assertThat(
            patch(
                run(
                    mutating(
                        "typed",
                        1,
                        c -> {
                          var pod =
                              c.object(Pod.class)
                                  .edit()
                                  .editSpec()
                                  .withHostname("h")
                                  .endSpec()
                                  .build();
                          return Decision.replace(pod);
                        }))))
        .isEqualTo("[{'op':'add','path':'/spec/hostname','value':'h'}]");
  }

  @Test
  void patchThatDoesNotApplyFailsItsRule() {
    assertThatThrownBy(
            () ->
                run(
                    mutating(
                        "bad",
                        1,
                        c ->
                            Decision.patch(
                                JsonPatch.parse(tree("[{'op':'remove','path':'/nothing'}]"))))))
        .isInstanceOf(RuleFailedException.class)
        .hasMessage("rule bad failed")
        .cause()
        .hasMessageContaining("/nothing");
  }

  @Test
  void wrongResultsFailTheirRuleWithAReason() {
    assertThatThrownBy(() -> run(mutating("null", 1, c -> null)))
        .hasRootCauseMessage("it returned null, not a decision");
    assertThatThrownBy(
            () ->
                evaluate(
                    Phase.VALIDATING,
                    create(POD),
                    validating("changes", null, c -> Decision.mergePatch(tree("{}")))))
        .hasRootCauseMessage("it validates, and returned a change of the object");
    assertThatThrownBy(
            () ->
                evaluate(
                    Phase.MUTATING,
                    request(Operation.DELETE, null, json(POD)),
                    mutating("deletes", 1, c -> Decision.mergePatch(tree("{}")))))
        .hasRootCauseMessage("it returned a change, and there is no object to change");
    assertThatThrownBy(() -> run(mutating("array", 1, c -> Decision.replace(tree("[]")))))
        .hasRootCauseMessage("it made the object a JSON ARRAY");
    assertThatThrownBy(
            () ->
                run(
                    mutating(
                        "two",
                        1,
                        c -> {
                          c.object(Pod.class);
                          c.object(ObjectNode.class);
                          return Decision.allow();
                        })))
        .rootCause()
        .hasMessageContaining("a rule has one view of the object");
  }

  @Test
  void objectThatDoesNotFitNamesTheField() {
    String bad = POD.replace("[]}}", "{}}}").replace("\"tolerations\":{}", "\"containers\":7");
    assertThatThrownBy(
            () ->
                evaluate(
                    Phase.MUTATING,
                    create(bad),
                    mutating(
                        "typed",
                        1,
                        c -> {
                          c.object(TypedThing.class);
                          return Decision.allow();
                        })))
        .rootCause()
        .hasMessageContaining("spec");
  }

  /** Strict where fabric8's models take what they don't know. */
  static final class TypedThing {
    public List<String> spec;
  }
}
