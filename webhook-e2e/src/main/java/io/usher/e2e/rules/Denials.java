package io.usher.e2e.rules;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.RuleContext;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/** Every form of a denial and of a warning, each for the ConfigMap of one name. */
@Webhook(name = "denials.e2e.usher.io", validatingFailurePolicy = FailurePolicy.FAIL)
public final class Denials {

  @Validating(operations = CREATE, names = "message")
  Decision message(ConfigMap map) {
    return Decision.deny("ConfigMaps need an owner");
  }

  @Validating(operations = CREATE, names = "code-and-reason")
  Decision codeAndReason(ConfigMap map) {
    return Decision.deny("another has it").code(409).reason("Conflict");
  }

  @Validating(operations = CREATE, names = "own-reason")
  Decision ownReason(ConfigMap map) {
    return Decision.deny("the team's quota is spent").code(422).reason("QuotaSpent");
  }

  @Validating(operations = CREATE, names = "causes")
  Decision causes(Pod pod) {
    return Decision.deny("two fields are wrong")
        .cause("spec.containers[0].image", "must have a tag")
        .cause("metadata.labels", "must name a team");
  }

  @Validating(operations = CREATE, names = "retry")
  Decision retry(ConfigMap map) {
    return Decision.deny("not now").code(429).reason("TooManyRequests").retryAfterSeconds(1);
  }

  @Validating(operations = CREATE, names = "warned")
  Decision warn(ConfigMap map, RuleContext context) {
    context.warn("the first \"warning\"\nof two lines");
    context.warn("второе предупреждение");
    return Decision.allow();
  }

  @Validating(operations = CREATE, names = "warned-and-denied")
  Decision warnAndDeny(ConfigMap map, RuleContext context) {
    context.warn("this is why");
    return Decision.deny("denied too");
  }

  @Validating(operations = CREATE, names = "long-warning")
  Decision warnAtLength(ConfigMap map, RuleContext context) {
    context.warn("long ".repeat(2_000));
    return Decision.allow();
  }

  @Validating(operations = CREATE, names = "dry-run")
  Decision tellDryRun(ConfigMap map, RuleContext context) {
    context.warn("dry run: " + context.dryRun());
    return Decision.allow();
  }

  @Validating(operations = DELETE, names = "kept")
  Decision keep(ConfigMap map) {
    return Decision.deny("it is kept");
  }
}
