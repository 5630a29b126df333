package io.usher.testkit.apiserver;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.rule.FailurePolicy.FAIL;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.rule.Decision;
import io.usher.rule.MatchCondition;
import io.usher.rule.Mutating;
import io.usher.rule.RuleContext;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/** A rule for each thing that a rule can do; its webhook leaves some objects out. */
@Webhook(
    name = "team.example.com",
    validatingFailurePolicy = FAIL,
    objectSelector = "team!=none",
    matchConditions =
        @MatchCondition(name = "by-name", expression = "object.metadata.name != 'left-out'"))
public final class TeamRules {

  @Mutating(operations = {CREATE, UPDATE})
  void addTeam(ConfigMap map, RuleContext context) {
    if (map.getMetadata().getName().equals("mutator-fails")) {
      throw new IllegalStateException("a bug, which the failure policy ignores");
    }
    map.getMetadata().getLabels().putIfAbsent("team", "red");
  }

  @Validating(operations = {CREATE, UPDATE})
  Decision check(ConfigMap map, RuleContext context) {
    return switch (map.getMetadata().getName()) {
      case "denied" -> Decision.deny("this map is denied").cause("data[a]", "Forbidden value");
      case "validator-fails" -> throw new IllegalStateException("a bug");
      default -> Decision.allow();
    };
  }
}
