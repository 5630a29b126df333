package io.usher.e2e;

import io.usher.admission.UserInfo;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.ResourceAttributes;
import io.usher.authorization.SelectorRequirement.Operator;
import io.usher.rule.Authenticating;
import io.usher.rule.Authorizing;
import io.usher.rule.Webhook;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Knows tokens {@code e2e.NAME.GROUP}, and what their users may. */
@Webhook(name = "entrance.e2e.usher.io")
public final class EntranceRules {

  private static final String AGENT = "agent:";

  @Authenticating
  Authentication token(AuthenticationRequest request) {
    String[] parts = request.token().split("\\.");
    return parts.length == 3 && parts[0].equals("e2e")
        ? Authentication.user(
            new UserInfo(
                parts[1], "uid-of-" + parts[1], List.of(parts[2]), Map.of("by", List.of("e2e"))))
        : Authentication.notMine();
  }

  @Authenticating(order = -1)
  Authentication revoked(AuthenticationRequest request) {
    return request.token().endsWith(".revoked")
        ? Authentication.refused("the token is revoked")
        : Authentication.notMine();
  }

  @Authorizing(order = -1)
  Authorization banned(AuthorizationRequest request) {
    return request.user().groups().contains("banned")
        ? Authorization.deny("the group is banned")
        : Authorization.noOpinion();
  }

  @Authorizing
  Authorization readers(AuthorizationRequest request) {
    return request.user().groups().contains("readers")
            && Set.of("get", "list", "watch").contains(request.verb())
        ? Authorization.allow("readers read")
        : Authorization.noOpinion();
  }

  @Authorizing
  Authorization agents(AuthorizationRequest request) {
    ResourceAttributes asked = request.resource();
    String user = request.user().username();
    if (asked == null || !user.startsWith(AGENT) || !asked.resource().equals("pods")) {
      return Authorization.noOpinion();
    }
    boolean own =
        asked.fieldSelector().stream()
            .anyMatch(
                each ->
                    each.key().equals("spec.nodeName")
                        && each.operator() == Operator.IN
                        && each.values().equals(List.of(user.substring(AGENT.length()))));
    return own ? Authorization.allow("Pods of the own node") : Authorization.noOpinion();
  }
}
