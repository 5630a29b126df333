package io.usher.apiserver.admission.match;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.RequestInfo;
import io.usher.cel.Authorizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The {@code authorizer} of expressions: asks the server's, each question once. For one thread. */
public final class PolicyAuthorizer implements Authorizer {

  private static final String ACCOUNTS = "system:serviceaccounts";

  private final io.usher.apiserver.api.Authorizer authorizer;
  private final UserInfo user;
  private final Map<Query, Decision> decisions = new HashMap<>();

  /**
   * Asks an authorizer.
   *
   * @param user who makes the request, whom a question is about that names no ServiceAccount
   */
  public PolicyAuthorizer(io.usher.apiserver.api.Authorizer authorizer, UserInfo user) {
    this.authorizer = authorizer;
    this.user = user;
  }

  @Override
  public Decision decide(Query query) {
    return decisions.computeIfAbsent(query, this::ask);
  }

  private Decision ask(Query query) {
    var decision = authorizer.authorize(user(query.serviceAccount()), info(query));
    return new Decision(decision.allowed(), decision.reason(), decision.error());
  }

  private UserInfo user(@Nullable ServiceAccount account) {
    return account == null
        ? user
        : UserInfo.of(
            "system:serviceaccount:" + account.namespace() + ':' + account.name(),
            ACCOUNTS,
            ACCOUNTS + ':' + account.namespace());
  }

  private static RequestInfo info(Query query) {
    if (query instanceof PathQuery path) {
      return new RequestInfo(false, path.path(), path.verb(), "", "", "", "", "", "", List.of());
    }
    ResourceQuery resource = (ResourceQuery) query;
    return new RequestInfo(
        true,
        "",
        resource.verb(),
        resource.group(),
        "*",
        resource.namespace(),
        resource.resource(),
        resource.subresource(),
        resource.name(),
        List.of(),
        resource.fieldSelector(),
        resource.labelSelector());
  }
}
