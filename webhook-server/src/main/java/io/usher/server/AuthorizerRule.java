package io.usher.server;

import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.NonResourceAttributes;
import io.usher.authorization.ResourceAttributes;
import io.usher.authorization.SelectorRequirement;
import io.usher.rule.CallContext;
import io.usher.rule.ReviewRule;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * An authorizer as a rule.
 *
 * @param authorizer sees what a review tells of a request
 */
public record AuthorizerRule(Authorizer authorizer)
    implements ReviewRule<AuthorizationRequest, Authorization> {

  @Override
  public Authorization answer(AuthorizationRequest question, CallContext context) {
    ResourceAttributes resource = question.resource();
    RequestInfo asked =
        resource != null
            ? request(resource)
            : request(Objects.requireNonNull(question.nonResource()));
    Authorizer.Decision decision = authorizer.authorize(question.user(), asked);
    Authorization.Outcome outcome =
        switch (decision.outcome()) {
          case ALLOW -> Authorization.Outcome.ALLOW;
          case DENY -> Authorization.Outcome.DENY;
          case NO_OPINION -> Authorization.Outcome.NO_OPINION;
        };
    return new Authorization(outcome, decision.reason(), decision.error());
  }

  private static RequestInfo request(NonResourceAttributes path) {
    return new RequestInfo(false, path.path(), path.verb(), "", "", "", "", "", "", List.of());
  }

  private static RequestInfo request(ResourceAttributes resource) {
    return new RequestInfo(
        true,
        "",
        resource.verb(),
        resource.group(),
        resource.version(),
        resource.namespace(),
        resource.resource(),
        resource.subresource(),
        resource.name(),
        List.of(),
        selector(resource.fieldSelector()),
        selector(resource.labelSelector()));
  }

  /** As a client writes it. */
  private static String selector(List<SelectorRequirement> requirements) {
    return requirements.stream().map(AuthorizerRule::requirement).collect(Collectors.joining(","));
  }

  private static String requirement(SelectorRequirement each) {
    String values = String.join(",", each.values());
    boolean one = each.values().size() == 1;
    return switch (each.operator()) {
      case IN -> one ? each.key() + "=" + values : each.key() + " in (" + values + ")";
      case NOT_IN -> one ? each.key() + "!=" + values : each.key() + " notin (" + values + ")";
      case EXISTS -> each.key();
      case DOES_NOT_EXIST -> "!" + each.key();
    };
  }
}
