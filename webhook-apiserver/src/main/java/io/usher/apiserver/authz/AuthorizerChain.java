package io.usher.apiserver.authz;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Authorizers in their order: the first that allows or denies decides. Members of {@code
 * system:masters} are allowed before any of them is asked.
 */
public final class AuthorizerChain implements Authorizer, RuleResolver {

  /** Whoever is in it may do everything, so that no policy can lock its administrators out. */
  static final String MASTERS = "system:masters";

  private final List<Authorizer> authorizers;

  /** None of them is asked before another that is earlier in the list. */
  public AuthorizerChain(List<Authorizer> authorizers) {
    this.authorizers = List.copyOf(authorizers);
  }

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    if (user.groups().contains(MASTERS)) {
      return Decision.allow("");
    }
    var reasons = new ArrayList<String>();
    var problems = new ArrayList<String>();
    for (Authorizer each : authorizers) {
      Decision decision = each.authorize(user, request);
      if (decision.outcome() != Outcome.NO_OPINION) {
        return decision;
      }
      if (!decision.reason().isEmpty()) {
        reasons.add(decision.reason());
      }
      if (!decision.error().isEmpty()) {
        problems.add(decision.error());
      }
    }
    return new Decision(
        Outcome.NO_OPINION, String.join("\n", reasons), Aggregate.message(problems));
  }

  @Override
  public SubjectRules rulesFor(UserInfo user, String namespace) {
    var rules = new ArrayList<PolicyRule>();
    var errors = new ArrayList<String>();
    boolean incomplete = false;
    for (Authorizer each : authorizers) {
      if (each instanceof RuleResolver resolver) {
        SubjectRules found = resolver.rulesFor(user, namespace);
        rules.addAll(found.rules());
        incomplete |= found.incomplete();
        if (!found.evaluationError().isEmpty()) {
          errors.add(found.evaluationError());
        }
      } else {
        incomplete = true;
        errors.add(each.getClass().getSimpleName() + " does not support user rule resolution");
      }
    }
    return new SubjectRules(rules, incomplete, Aggregate.message(errors));
  }
}
