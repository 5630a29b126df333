package io.usher.benchmarks.rules;

import io.usher.admission.UserInfo;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.rule.Authenticating;
import io.usher.rule.Authorizing;
import io.usher.rule.Webhook;

/** Knows one token, and lets its user read. */
@Webhook(name = DoorRule.WEBHOOK)
public final class DoorRule {

  public static final String WEBHOOK = "doors.benchmarks.usher.io";
  public static final String AUTHENTICATE = "/authenticate/" + WEBHOOK;
  public static final String AUTHORIZE = "/authorize/" + WEBHOOK;

  /** As long as a short JWT. */
  public static final String TOKEN = "t".repeat(1_000);

  @Authenticating
  Authentication know(AuthenticationRequest request) {
    return request.token().equals(TOKEN)
        ? Authentication.user(UserInfo.of("alice", "developers"))
        : Authentication.notMine();
  }

  @Authorizing
  Authorization read(AuthorizationRequest request) {
    return request.verb().equals("get")
        ? Authorization.allow("developers read")
        : Authorization.noOpinion();
  }
}
